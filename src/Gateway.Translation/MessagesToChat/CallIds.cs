using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Ids of the calls of a conversation, as upstreams want them: each once.</summary>
internal static class CallIds
{
    /// <summary>The client's id of a call, and one that no call before it has. Null for a block that is no call.</summary>
    public static (string Id, string Unique)? Next(JsonElement block, string path, Dictionary<string, int> seenIds, ChatDraft draft)
    {
        if (block.Text("id"u8) is not { Length: > 0 } id)
        {
            draft.Fail($"{path}.id", "Field required");
            return null;
        }

        if (block.Text("name"u8) is not { Length: > 0 })
        {
            draft.Fail($"{path}.name", "Field required");
            return null;
        }

        // Some gateways number calls anew on each turn; upstreams want ids that are unique in the conversation.
        string original = ToolCallIds.Unwrap(id);
        string unique = original;
        int n = seenIds.GetValueOrDefault(original);
        while (!seenIds.TryAdd(unique, 1))
        {
            unique = $"{original}_{++n}";
        }

        seenIds[original] = Math.Max(n, 1);

        if (unique != original)
        {
            draft.Report.Repaired("tool_use_id_duplicate");
        }

        return (id, unique);
    }
}
