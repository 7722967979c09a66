using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>Tells which conversation a request belongs to: by the name that its client gave it, or else by its head.</summary>
internal static class ConversationKeys
{
    /// <summary>Claude Code says its session here, the same for its subagents.</summary>
    public const string ClaudeSession = "x-claude-code-session-id";

    /// <summary>Codex, opencode and others.</summary>
    private static readonly string[] s_others = ["x-session-id", "session_id", "session-id"];

    public static ConversationKey Of(HttpRequest http, Caller caller, IClientRequest request, Route route)
    {
        string? name = Header(http.Headers, ClaudeSession) ?? NonEmpty(request.Session) ?? s_others.Select(other => Header(http.Headers, other)).FirstOrDefault(value => value is not null);
        ConversationHead? head = name is null ? request.ReadHead() : null;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        // A token's key id is that of its rule, which many people share.
        foreach (string? part in (ReadOnlySpan<string?>)[caller.Team, caller.KeyId, caller.Subject, route.Model is { IsPattern: false } model ? model.Id : route.RequestedModel, name])
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{part?.Length ?? -1}:{part}"));
        }

        hash.AppendData(head?.Hash ?? []);
        return new ConversationKey(BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset()), head is { Begins: true });
    }

    public static string? Header(IHeaderDictionary headers, string name) => headers[name] is [{ Length: > 0 } value] ? value : null;

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
