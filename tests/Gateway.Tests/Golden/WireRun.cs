using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Tests.Support;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Golden;

/// <summary>Runs one case against a gateway and its scripted upstream.</summary>
internal sealed partial class WireRun(WireCase wire, HttpClient gateway, string apiKey, FakeUpstream upstream)
{
    private const string ClientsOwnKey = "sk-of-the-client";

    private readonly GoldenCase _golden = wire.Golden;
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly WireDifference _difference = new(wire.Model, Encoding.UTF8.GetString(wire.Golden.UpstreamStream ?? wire.Golden.UpstreamResponse ?? []));

    /// <summary>Null, or what was not as the golden files say.</summary>
    public async Task<string?> DifferenceAsync(CancellationToken cancellationToken)
    {
        upstream.Received.Clear();
        upstream.Answer = AnswerAsync;
        using HttpRequestMessage request = new(HttpMethod.Post, wire.Path) { Content = new ByteArrayContent(wire.ClientRequest) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("x-api-key", apiKey);
        if (_golden.Session is { } session)
        {
            request.Headers.TryAddWithoutValidation("x-claude-code-session-id", session);
        }

        if (_golden.Profile is { } profile && profile.TryGetProperty("credential", out _))
        {
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {ClientsOwnKey}");
        }

        using HttpResponseMessage response = await gateway.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        _begun.TrySetResult();
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return UpstreamDifference() ?? ReportDifference(response) ?? AnswerDifference(response, body);
    }

    private string? UpstreamDifference()
    {
        if (_golden.UpstreamRequest is not { } expected)
        {
            return null;
        }

        return upstream.Received.TryPeek(out ReceivedRequest? first)
            ? _difference.OfJson(expected, Encoding.UTF8.GetBytes(first.Body)) is { } difference ? $"upstream got {difference}" : null
            : "the upstream was not called";
    }

    private string? ReportDifference(HttpResponseMessage response)
    {
        // Over which API it goes is the gateway's choice, and no part of a case.
        string told = Hops().Replace(response.Headers.TryGetValues("x-gateway-translation", out IEnumerable<string>? values) ? string.Join(',', values) : "", "");
        if (_golden.UpstreamStream is not null && _golden.Report?.StartsWith("repaired=finish_reason", StringComparison.Ordinal) == true)
        {
            // It shows at the end of a stream, when the head has long gone out: the log and the receipt have it.
            return null;
        }

        return _golden.Report is { Length: > 0 } expected && response.StatusCode == HttpStatusCode.OK && told != expected ? $"reported '{told}', expected '{expected}'" : null;
    }

    private string? AnswerDifference(HttpResponseMessage response, byte[] body)
    {
        if (_golden.ClientStream is { } stream)
        {
            return _difference.OfStreams(stream, body);
        }

        if (_golden.ClientResponse is { } answer)
        {
            return _difference.OfJson(answer, body);
        }

        return _golden.ClientError is { } error ? WireError.Difference(error, response, body, wire)
            : response.StatusCode == HttpStatusCode.OK ? null
            : $"status {(int)response.StatusCode}: {Encoding.UTF8.GetString(body)}";
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (_golden.UpstreamError is { } refusal)
        {
            if (refusal.TryGetProperty("headers", out JsonElement headers))
            {
                foreach (JsonProperty header in headers.EnumerateObject())
                {
                    context.Response.Headers[header.Name] = header.Value.GetString();
                }
            }

            JsonElement told = refusal.GetProperty("body");
            await FakeUpstream.Json(context, refusal.GetProperty("status").GetInt32(), told.ValueKind == JsonValueKind.String ? told.GetString()! : told.GetRawText());
        }
        else if (_golden.UpstreamStream is { } stream)
        {
            await FakeUpstream.BeginStreamAsync(context);
            await context.Response.Body.WriteAsync(stream);
            await context.Response.Body.FlushAsync();
            if (_golden.Reset)
            {
                // What the gateway has not read yet would be lost with the connection.
                await _begun.Task;
                context.Abort();
            }
        }
        else
        {
            await FakeUpstream.Json(context, 200, _golden.UpstreamResponse is { } answer ? Encoding.UTF8.GetString(answer) : Minimal);
        }
    }

    [GeneratedRegex("^changed=api:responses->messages->[a-z]+(; )?|; changed=api:responses->messages->[a-z]+|,api:responses->messages->[a-z]+")]
    private static partial Regex Hops();

    /// <summary>For cases that end with the request.</summary>
    private string Minimal => _golden.Set.Upstream == ApiForm.Responses
        ? """{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"ok"}]}]}"""
        : !wire.ChatUpstream
        ? """{"id":"msg_1","type":"message","role":"assistant","model":"x","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}"""
        : FakeUpstream.Completion("ok");
}
