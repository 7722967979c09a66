using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Authentication.Access;

/// <summary>The one credential of a request that decides, by the order that the design fixes.</summary>
internal abstract record Credential
{
    private const string Scheme = "Bearer";

    private Credential()
    {
    }

    public sealed record None : Credential
    {
        public static None Instance { get; } = new();
    }

    /// <summary>A header that holds no single credential.</summary>
    public sealed record Unreadable(string Header, string Reason) : Credential;

    public sealed record Presented(string Header, string Value) : Credential
    {
        /// <summary>A record would print its value.</summary>
        public override string ToString() => $"{nameof(Presented)} in {Header}";
    }

    /// <summary>A non-empty x-api-key decides alone, otherwise Authorization does; an empty header counts as absent.</summary>
    public static Credential From(IHeaderDictionary headers)
    {
        if (Single(headers[CredentialHeaders.ApiKey], out string apiKey) is false)
        {
            return new Unreadable(CredentialHeaders.ApiKey, "was sent more than once, with different values");
        }

        if (apiKey.Length > 0)
        {
            return new Presented(CredentialHeaders.ApiKey, apiKey);
        }

        if (Single(headers.Authorization, out string authorization) is false)
        {
            return new Unreadable(CredentialHeaders.Authorization, "was sent more than once, with different values");
        }

        if (authorization.Length == 0 || authorization.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return None.Instance;
        }

        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && authorization[Scheme.Length] is ' ' or '\t'
            ? new Presented(CredentialHeaders.Authorization, authorization[(Scheme.Length + 1)..].Trim())
            : new Unreadable(CredentialHeaders.Authorization, "does not have the form 'Bearer <key>'");
    }

    private static bool Single(StringValues values, out string value)
    {
        value = values.Count == 0 ? string.Empty : values[0]?.Trim() ?? string.Empty;
        for (int i = 1; i < values.Count; i++)
        {
            if (values[i]?.Trim() is { Length: > 0 } other && other != value)
            {
                if (value.Length > 0)
                {
                    return false;
                }

                value = other;
            }
        }

        return true;
    }
}
