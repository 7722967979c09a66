using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Several who share one gateway, and what each is told.</summary>
internal static class Tenants
{
    /// <summary>Makes a key with the development key, which may.</summary>
    public static async Task<string> KeyAsync(this GatewayServer gateway, string team, string rest = "")
    {
        using HttpResponseMessage made = await gateway.PostAsync("/manage/keys", $$"""{"team":"{{team}}"{{rest}}}""");
        JsonElement key = JsonElement.Parse(await made.Content.ReadAsStringAsync());
        Assert.True((int)made.StatusCode == 201, key.ToString());
        return key.GetProperty("key").GetString()!;
    }

    public static async Task<Told> AskAsync(this GatewayServer gateway, string key, string path, string? body, string method = "POST")
    {
        using HttpResponseMessage response = await gateway.SendAsync(new HttpMethod(method), path, body, default, ("x-api-key", key));
        return new Told(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.TryGetValues("x-gateway-translation", out IEnumerable<string>? report) ? report.Single() : null,
            response.Headers.TryGetValues("x-gateway-token-count", out IEnumerable<string>? count) ? count.Single() : null);
    }
}

/// <summary>An answer with the headers that these tests look at.</summary>
internal sealed partial record Told(int Status, string Body, string? Report, string? Count)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>Without the moment of which its numbers are: the same of two answers that say the same.</summary>
    public string Lasting => Moment().Replace(Body, "");

    /// <summary>The message of an error of either form.</summary>
    public string Error => Json.GetProperty("error").GetProperty("message").GetString()!;

    [GeneratedRegex("\"as_of\":\"[^\"]*\"")]
    private static partial Regex Moment();
}
