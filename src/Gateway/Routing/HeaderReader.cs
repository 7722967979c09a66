using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Reads <c>Headers</c> of a provider: what goes out with every call of it.</summary>
internal sealed class HeaderReader(SectionReader settings)
{
    private static readonly string[] s_credentials = ["authorization", "x-api-key", "api-key", "cookie", "proxy-authorization", "x-amz-security-token"];

    /// <summary>The gateway and the connection say these by themselves.</summary>
    private static readonly string[] s_own =
        ["host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect", "accept", "accept-encoding", "date", "traceparent", "tracestate", "x-amz-date", "x-amz-content-sha256"];

    /// <summary>Values may be secrets: no message repeats them.</summary>
    public List<KeyValuePair<string, string>> Read(IConfigurationSection section)
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach (IConfigurationSection child in section.GetSection("Headers").GetChildren())
        {
            string value = child.Value ?? "";
            if (Problem(child.Key, value) is { } problem)
            {
                settings.Add($"{child.Path} {problem}");
            }
            else
            {
                headers.Add(new KeyValuePair<string, string>(child.Key, value));
            }
        }

        return headers;
    }

    private static string? Problem(string name, string value)
    {
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
        {
            return "is no name of a header. Write letters, digits and '-'.";
        }

        if (s_credentials.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return "holds a credential. Put the key into ApiKey, and say with Auth in which header it goes.";
        }

        if (s_own.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("content-", StringComparison.OrdinalIgnoreCase))
        {
            return "is a header that the gateway writes by itself. Leave it out.";
        }

        if (value.Length == 0)
        {
            return "is empty. Write a value, or leave the header out.";
        }

        return value.Trim().Length != value.Length || value.Any(c => c is < ' ' or > '~')
            ? "holds a line break, a character that is not ASCII, or white space around it, none of which can be sent. Write the value alone."
            : null;
    }
}
