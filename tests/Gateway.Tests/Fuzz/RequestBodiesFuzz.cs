using System.Net.Http.Headers;
using System.Text.Json;
using CsCheck;
using Gateway.Tests.Support;
using Gateway.Translation.Hub;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace Gateway.Tests.Fuzz;

/// <summary>Bodies of requests, for both APIs and both kinds of upstream, which here always answer well.</summary>
[Trait("Category", Fuzz.Category)]
public sealed class RequestBodiesFuzz(ITestOutputHelper output)
{
    [Theory]
    [InlineData("openai", "/v1/messages")]
    [InlineData("openai", "/v1/messages/count_tokens")]
    [InlineData("openai", "/v1/chat/completions")]
    [InlineData("anthropic", "/v1/messages")]
    [InlineData("anthropic", "/v1/messages/count_tokens")]
    [InlineData("anthropic", "/v1/chat/completions")]
    public async Task Body_is_answered_or_refused_by_its_fault(string kind, string path)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => AnswerAsync(upstream, context);
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:up:Kind", kind),
            ("Gateway:Providers:up:BaseUrl", kind == "openai" ? upstream.Url + "/v1" : upstream.Url),
            ("Gateway:Providers:up:ApiKey", "sk-upstream-secret"),
            ("Gateway:Models:0:Id", "*"),
            ("Gateway:Models:0:Targets:0", "up/up"));

        ApiForm client = path == "/v1/chat/completions" ? ApiForm.Chat : ApiForm.Messages;
        Gen<byte[]> bodies = Mutations.Of([.. FuzzInputs.Attacks("bodies"), .. FuzzInputs.Goldens(set => set.Client == client, "client-request.json")]);
        await Fuzz.RunAsync(bodies, async body =>
        {
            using ByteArrayContent content = new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = content, Headers = { { "x-api-key", GatewayServer.Key } } };
            using HttpResponseMessage response = await gateway.Client.SendAsync(request);
            return await AnswerVerdict.KindAsync(path, response, Upstream.Good);
        }, output);
    }

    /// <summary>A good answer of either API, in the form that was asked for.</summary>
    private static async Task AnswerAsync(FakeUpstream upstream, HttpContext context)
    {
        bool messages = context.Request.Path.Value!.Contains("/messages", StringComparison.Ordinal);
        upstream.Received.TryDequeue(out ReceivedRequest? received);
        using JsonDocument asked = JsonDocument.Parse(received!.Body, new JsonDocumentOptions { MaxDepth = 1000 });
        bool stream = asked.RootElement.TryGetProperty("stream", out JsonElement value) && value.ValueKind == JsonValueKind.True;
        if (context.Request.Path.Value.EndsWith("/count_tokens", StringComparison.Ordinal))
        {
            await FakeUpstream.Json(context, 200, """{"input_tokens":12}""");
        }
        else if (!stream)
        {
            await FakeUpstream.Json(context, 200, messages ? UpstreamAnswers.Message : FakeUpstream.Completion("ok"));
        }
        else
        {
            await FakeUpstream.BeginStreamAsync(context);
            await context.Response.WriteAsync(messages ? UpstreamAnswers.MessageStream : $"data: {FakeUpstream.Chunk("ok")}\n\ndata: {FakeUpstream.LastChunk}\n\ndata: [DONE]\n\n");
        }
    }
}
