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
        string? name = NameOf(http.Headers, request.Session);
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

    /// <summary>What the client calls the conversation, in a header or in the body; null when it has no name.</summary>
    public static string? NameOf(IHeaderDictionary headers, string? inBody) =>
        Header(headers, ClaudeSession) ?? NonEmpty(inBody) ?? s_others.Select(other => Header(headers, other)).FirstOrDefault(value => value is not null);

    public static string? Header(IHeaderDictionary headers, string name) => headers[name] is [{ Length: > 0 } value] ? value : null;

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
