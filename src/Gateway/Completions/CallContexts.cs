using Gateway.Http;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Completions;

/// <summary>Collects what a translation needs from the client's HTTP request.</summary>
internal static class CallContexts
{
    private const string Betas = "anthropic-beta";
    private const string BearerPrefix = "Bearer ";
    private static readonly string[] s_accounts = ["workspace", "organization", "api-key", "auth", "credential", "project"];

    public static CallContext Create(HttpContext http, Target target, Lessons lessons, TimeProvider time)
    {
        IHeaderDictionary headers = http.Request.Headers;
        bool native = target.Provider.Kind == ProviderKind.Anthropic;
        return new CallContext(http.RequestId(), RequestIds.New("msg_"), time.GetUtcNow().ToUnixTimeSeconds(), lessons)
        {
            SessionId = ConversationKeys.Header(headers, ConversationKeys.ClaudeSession),
            Redactor = new Redactor(target.Provider.BaseUrl),
            NativeHeaders = native ? [.. NativeHeaders(headers)] : [],
            Query = native ? QueryOf(http.Request) : "",
            ClientCredential = target.Profile.ClientCredential ? SecondCredential(headers) : null,
        };
    }

    /// <summary>Servers that are not Anthropic's take models and keys from the query, too.</summary>
    private static string QueryOf(HttpRequest request) =>
        request.Query["beta"] is [{ Length: > 0 } beta] ? $"?beta={Uri.EscapeDataString(beta)}" : "";

    /// <summary>Versions, betas and whatever else Anthropic's clients and servers agree on next, but for whose account it is.</summary>
    private static IEnumerable<KeyValuePair<string, string>> NativeHeaders(IHeaderDictionary headers)
    {
        foreach ((string name, StringValues values) in headers)
        {
            bool account = s_accounts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
            if (name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase) && !account)
            {
                yield return new KeyValuePair<string, string>(name, name.Equals(Betas, StringComparison.OrdinalIgnoreCase) ? Sendable(values) : values.ToString());
            }
        }
    }

    /// <summary>One beta whose name cannot be sent must not cost the others.</summary>
    private static string Sendable(StringValues betas) =>
        string.Join(',', betas.ToString().Split(',').Where(HeaderText.CanHold));

    /// <summary>With the gateway's key in x-api-key, the bearer token is the client's own key for the upstream.</summary>
    private static string? SecondCredential(IHeaderDictionary headers) =>
        headers["x-api-key"] is [{ Length: > 0 }]
        && headers.Authorization is [{ } bearer]
        && bearer.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? bearer[BearerPrefix.Length..]
            : null;
}
