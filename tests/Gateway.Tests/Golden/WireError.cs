using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Golden;

/// <summary>Compares an error with what error.json says of it: its status, and its body or single parts of that.</summary>
internal static class WireError
{
    public static string? Difference(JsonElement client, HttpResponseMessage response, byte[] body, WireCase wire)
    {
        string text = Encoding.UTF8.GetString(body);
        int status = client.GetProperty("status").GetInt32();
        if (status != (int)response.StatusCode)
        {
            return $"expected status {status}, got {(int)response.StatusCode}: {text}";
        }

        if (client.TryGetProperty("body", out JsonElement expected))
        {
            return new WireDifference(wire.Model, "").Of(expected, JsonElement.Parse(body), "$");
        }

        JsonElement error = JsonElement.Parse(body).GetProperty("error");

        // Single parts are said in Anthropic's words, whatever the client's form.
        return Compare("type", client, error.GetProperty("type").GetString() is "server_error" && error.TryGetProperty("param", out _) ? "api_error" : error.GetProperty("type").GetString())
            ?? Compare("message", client, error.GetProperty("message").GetString())
            ?? Compare("retryAfter", client, Header("retry-after"))
            ?? Compare("retryAfterMs", client, Header("retry-after-ms"))
            ?? (client.TryGetProperty("shouldRetry", out JsonElement retry) && Header("x-should-retry") != (retry.GetBoolean() ? "true" : "false") ? $"x-should-retry: {Header("x-should-retry")}" : null);

        string? Header(string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(',', values) : null;
    }

    /// <summary>A message ending in "*" is a beginning; of an unknown model the gateway also says which it was.</summary>
    private static string? Compare(string name, JsonElement client, string? actual)
    {
        if (!client.TryGetProperty(name, out JsonElement expected))
        {
            return null;
        }

        string wanted = expected.GetString()!;
        bool same = wanted == actual
            || (wanted.EndsWith('*') && actual?.StartsWith(wanted.TrimEnd('*'), StringComparison.Ordinal) == true)
            || actual?.EndsWith("The upstream does not serve it: " + wanted, StringComparison.Ordinal) == true;
        return same ? null : $"{name}: expected '{wanted}', got '{actual}'";
    }
}
