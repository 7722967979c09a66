using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.SameForm;

/// <summary>
/// The items of a relayed Responses request. What its server can read stays; reasoning that somebody else made, or that is
/// nothing but the id of what nobody kept, goes, because for one of it the server refuses the whole request.
/// </summary>
internal static class ResponsesItemFit
{
    /// <summary>An item that has an id is missed beside the thought that it came with.</summary>
    private static readonly HashSet<string> s_paired = ["", "message", "function_call", "custom_tool_call"];

    public static GatewayError? Apply(RelayDraft draft)
    {
        if (draft.Find("input") is not { } input || input.Value(draft.Body)[0] != '[')
        {
            return null;
        }

        int end = draft.Target.Foreign.EndIn(draft.Body);
        bool lost = false;
        List<(int Start, int End, bool Remove)> all = [];
        JsonItems items = new(input.Value(draft.Body));
        while (items.MoveNext())
        {
            int start = input.Start + items.Start;
            string type = TypeOf(items.Value);
            if (type == "image_generation_call" && JsonRaw.Text(JsonFields.FindLast(items.Value, "result"u8)).IsEmpty)
            {
                // Without its picture it is a name: the server looks up what it drew, for whoever asks.
                return KeptThings.Refuse($"input.{all.Count}.id");
            }

            bool remove = type switch
            {
                "reasoning" => IsForeign(draft, items.Value, start < end),
                "compaction" or "compaction_summary" => FitCompaction(draft, items.Value, start),
                _ => false,
            };
            lost |= remove && type == "reasoning";
            all.Add((start, start + items.Value.Length, remove));
        }

        if (all.TrueForAll(item => item.Remove))
        {
            return all.Count == 0 ? null : GatewayError.InvalidRequest("input: holds nothing that a model could answer; add a user message") with { Param = "input" };
        }

        ListRemoval.Apply(all, draft.Edits);
        if (lost)
        {
            RemoveIds(draft, input);
        }

        return null;
    }

    private static string TypeOf(ReadOnlySpan<byte> item) => JsonRaw.Decode(JsonFields.FindLast(item, "type"u8));

    private static bool IsForeign(RelayDraft draft, ReadOnlySpan<byte> item, bool moved)
    {
        ReadOnlySpan<byte> state = JsonFields.FindByName(item, "encrypted_content"u8);
        bool says = JsonRaw.IsText(state) && state.Length > 2;
        bool foreign = says ? moved || IsOurs(state) : JsonFields.FindByName(item, "content"u8) is not [(byte)'[', ..];
        if (foreign)
        {
            draft.Target.Foreign.Note(moved ? state : []);
            draft.Report.Dropped("reasoning");
        }

        return foreign;
    }

    /// <summary>What the gateway packed for the client of another server: the text in it is said as what it is. All other compactions are their server's.</summary>
    private static bool FitCompaction(RelayDraft draft, ReadOnlySpan<byte> item, int offset)
    {
        ReadOnlySpan<byte> state = JsonFields.FindByName(item, "encrypted_content"u8);
        if (!IsOurs(state))
        {
            return false;
        }

        if (ThinkingSignature.TryDecode(JsonRaw.Decode(state))?.Text is not { Length: > 0 } text)
        {
            draft.Report.Dropped("input_compaction");
            return true;
        }

        byte[] message = [.. "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"u8, .. SameFormRequest.Quote(text), .. "}]}"u8];
        draft.Edits.Replace(offset, item.Length, message);
        draft.Report.Changed("input_compaction");
        return false;
    }

    private static bool IsOurs(ReadOnlySpan<byte> state) => JsonRaw.Decode(state).StartsWith(ThinkingSignature.Mark, StringComparison.Ordinal);

    private static void RemoveIds(RelayDraft draft, BodyMember input)
    {
        JsonItems items = new(input.Value(draft.Body));
        while (items.MoveNext())
        {
            if (s_paired.Contains(TypeOf(items.Value)) && MemberRemoval.Apply(items.Value, input.Start + items.Start, "id", draft.Edits, depth: 1))
            {
                draft.Report.Dropped("input_id");
            }
        }
    }
}
