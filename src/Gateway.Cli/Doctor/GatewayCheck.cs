using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Gateway.Cli.Doctor;

/// <summary>Asks a gateway that runs, as any client could: its health, its version, its clock, and whether the key at hand is let in.</summary>
internal sealed class GatewayCheck(Uri gateway, IConfiguration settings)
{
    public static readonly string[] Keys = ["GATEWAY_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"];

    private const string Name = "gateway";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_off = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The key must not follow a redirect to somebody else.
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false };
        using HttpClient client = new(handler) { Timeout = s_patience };
        GatewayAnswer health = await AskAsync(client, "/health", null, cancellationToken);
        if (health.Problem is { } away)
        {
            yield return Finding.Fail(Name, $"{gateway.Authority}: {away}", "look at the address; an app that was just deployed takes a minute");
            yield break;
        }

        if (health.Status != 200 || health.Body?.TryGetProperty("status", out JsonElement status) != true)
        {
            yield return Finding.Fail(Name, $"GET {Root}/health answers {health.Status} and not as a gateway does", "give the address in front of /v1, as clients have it");
            yield break;
        }

        string version = (await AskAsync(client, "/", null, cancellationToken)).Body is { ValueKind: JsonValueKind.Object } about && about.TryGetProperty("version", out JsonElement said) ? $", version {said}" : "";
        yield return Finding.Ok(Name, $"{gateway.Authority} is up ({status}{version})");
        if (health.Behind is { } behind && behind.Duration() > s_off)
        {
            yield return Finding.Warn(Name, string.Create(CultureInfo.InvariantCulture, $"its clock and this machine's are {Math.Round(behind.Duration().TotalSeconds)} s apart"), "set the clocks by a time server");
        }

        if (Keys.Select(name => settings[name]?.Trim()).FirstOrDefault(value => !string.IsNullOrEmpty(value)) is not { } key)
        {
            yield return Finding.Warn(Name, "no key was tried", $"set {string.Join(", ", Keys[..^1])} or {Keys[^1]} to your key of the gateway");
            yield break;
        }

        if (!key.All(c => c is > ' ' and < '\u007F'))
        {
            yield return Finding.Fail(Name, "the key holds characters that no header takes", "copy it again, as a whole and without quotes");
            yield break;
        }

        GatewayAnswer models = await AskAsync(client, "/v1/models", key, cancellationToken);
        yield return models switch
        {
            { Problem: { } problem } => Finding.Fail(Name, $"GET /v1/models: {problem}"),
            { Status: 200 } => Finding.Ok(Name, $"the key is let in and may use {Count(models.Body)}"),
            _ => Finding.Fail(Name, $"the key is refused with {models.Status}: {Message(models.Body)}", "'gw keys list' shows the keys and their states"),
        };
    }

    private string Root => gateway.GetLeftPart(UriPartial.Path).TrimEnd('/') is var root && root.EndsWith("/v1", StringComparison.OrdinalIgnoreCase) ? root[..^3] : root;

    private async Task<GatewayAnswer> AskAsync(HttpClient client, string path, string? key, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Root + path);
        if (key?.Split('.').Length == 3)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        else if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("x-api-key", key);
        }

        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            return new GatewayAnswer((int)response.StatusCode, Read(body), response.Headers.Date is { } date ? date.AddSeconds(0.5) - TimeProvider.System.GetUtcNow() : null, null);
        }
        catch (HttpRequestException exception)
        {
            return new GatewayAnswer(0, null, null, $"cannot be reached: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new GatewayAnswer(0, null, null, $"no answer in {s_patience.TotalSeconds} s");
        }
    }

    private static JsonElement? Read(string body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Count(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Object } page && page.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Array
            ? data.GetArrayLength() == 1 ? "1 model" : $"{data.GetArrayLength()} models"
            : "no list of models that can be read";

    private static string Message(JsonElement? body) =>
        body is { ValueKind: JsonValueKind.Object } error && error.TryGetProperty("error", out JsonElement inner) && inner.ValueKind == JsonValueKind.Object && inner.TryGetProperty("message", out JsonElement message)
            ? message.ToString()
            : "its answer has no message";
}

/// <param name="Status">Of HTTP.</param>
/// <param name="Body">Null when it is no JSON.</param>
/// <param name="Behind">How far this machine's clock is behind.</param>
/// <param name="Problem">Why there is no answer; null when there is one.</param>
internal sealed record GatewayAnswer(int Status, JsonElement? Body, TimeSpan? Behind, string? Problem);
