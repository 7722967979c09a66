using System.Net;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Tests.Telemetry;

/// <summary>What an operator's collector gets to see. Other tests' gateways send here too: each test looks for its own trace or model.</summary>
[Collection(Collection)]
public sealed class TelemetryTests
{
    /// <summary>What listens is heard in the whole process: those who listen, and who look whether anybody does, take turns.</summary>
    public const string Collection = "Telemetry";

    private const string ClientSpan = "00f067aa0ba902b7";
    private const string Question = "a question that nobody else may read";
    private const string Answer = "an answer that nobody else may read";

    [Fact]
    public async Task Streamed_request_is_one_trace_from_the_client_to_the_upstream()
    {
        string traceId = NewTraceId();
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = StreamAsync;
        await using (GatewayServer gateway = await GatewayServer.StartAsync(upstream, collector.Settings))
        {
            Assert.Equal("message_stop", await AskAsync(gateway, traceId, "m"));
        }

        List<OtlpSpan> spans = collector.Spans(traceId);
        Assert.Equal(["POST /v1/messages", "authenticate", "route", "admit", "translate", "chat up"], spans.Select(s => s.Name));
        Assert.Equal(["server", "internal", "internal", "internal", "internal", "client"], spans.Select(s => s.Kind));
        Assert.Equal(ClientSpan, spans[0].Parent);
        Assert.All(spans[1..], span => Assert.Equal(spans[0].Id, span.Parent));
        Assert.All(spans, span => Assert.False(span.Failed));
        ReceivedRequest seen = Assert.Single(upstream.Received);
        Assert.Equal($"00-{traceId}-{spans[5].Id}-01", seen.Headers["traceparent"]);
        Assert.Equal("vendor=1", seen.Headers["tracestate"]);
        Assert.False(seen.Headers.ContainsKey("baggage"));

        Assert.Equal(
            new SortedDictionary<string, object?>
            {
                ["gen_ai.operation.name"] = "chat",
                ["gen_ai.provider.name"] = "fake",
                ["gen_ai.request.model"] = "up",
                ["gen_ai.response.model"] = "up-2026-11-01",
                ["gen_ai.usage.input_tokens"] = 10L,
                ["gen_ai.usage.output_tokens"] = 4L,
                ["gen_ai.usage.cache_read.input_tokens"] = 6L,
                ["gen_ai.usage.cache_creation.input_tokens"] = 0L,
                ["gen_ai.usage.reasoning.output_tokens"] = 1L,
                ["gateway.usage.estimated"] = false,
            },
            new SortedDictionary<string, object?>(spans[5].Attributes.ToDictionary()));
        IReadOnlyDictionary<string, object?> request = spans[0].Attributes;
        Assert.Equal("POST", request["http.request.method"]);
        Assert.Equal("/v1/messages", request["http.route"]);
        Assert.Equal(200L, request["http.response.status_code"]);
        Assert.Equal("m", request["gen_ai.request.model"]);
        Assert.Equal(1L, request["gateway.attempts"]);
        Assert.StartsWith("req_", (string)request["gateway.request.id"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("error.type", request);
        Assert.Equal("messages-gateway", collector.Resource["service.name"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("garbage")]
    public async Task Request_without_a_trace_begins_one(string? traceparent)
    {
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using (GatewayServer gateway = await GatewayServer.StartAsync(upstream, collector.Settings))
        {
            (string, string)[] parent = traceparent is null ? [] : [("traceparent", traceparent)];
            using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Post, "/v1/messages", Body("m"), CancellationToken.None, [("x-api-key", GatewayServer.Key), .. parent]);
            await response.Content.ReadAsStringAsync();
        }

        string[] seen = Assert.Single(upstream.Received).Headers["traceparent"].Split('-');
        List<OtlpSpan> spans = collector.Spans(seen[1]);
        Assert.Equal(("POST /v1/messages", ""), (spans[0].Name, spans[0].Parent));
        Assert.Equal(seen[2], spans[^1].Id);
    }

    [Fact]
    public async Task Client_that_does_not_record_is_followed()
    {
        string traceId = NewTraceId();
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using (GatewayServer gateway = await GatewayServer.StartAsync(upstream, collector.Settings))
        {
            using HttpResponseMessage response = await gateway.SendAsync(
                HttpMethod.Post, "/v1/messages", Body("m"), CancellationToken.None, ("x-api-key", GatewayServer.Key), ("traceparent", $"00-{traceId}-{ClientSpan}-00"));
            await response.Content.ReadAsStringAsync();
        }

        Assert.Empty(collector.Spans(traceId));
        string[] seen = Assert.Single(upstream.Received).Headers["traceparent"].Split('-');
        Assert.Equal((traceId, "00"), (seen[1], seen[3]));
    }

    [Fact]
    public async Task Exported_bytes_hold_no_content_and_no_keys()
    {
        string traceId = NewTraceId();
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = StreamAsync;
        await using (GatewayServer gateway = await GatewayServer.StartAsync(upstream, [("OTEL_SERVICE_NAME", "ours"), .. collector.Settings]))
        {
            await AskAsync(gateway, traceId, "m");
            using HttpResponseMessage refused = await SendAsync(gateway, traceId, "m", "mgw_wrong_key");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Equal("ours", collector.Resource["service.name"]);
        Assert.Contains("chat up", collector.Raw, StringComparison.Ordinal);
        foreach (string secret in new[] { Question, Answer, GatewayServer.Key, "sk-upstream-secret", "mgw_wrong_key", upstream.Url })
        {
            Assert.DoesNotContain(secret, collector.Raw, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_attempt_has_a_span_and_a_refused_one_says_why()
    {
        string traceId = NewTraceId();
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => upstream.Received.Count == 1
            ? FakeUpstream.Json(context, 503, """{"error":{"message":"no"}}""")
            : StreamAsync(context);
        await using (GatewayServer gateway = await GatewayServer.StartAsync(upstream, [("Gateway:Models:0:Targets:1", "fake/second"), .. collector.Settings]))
        {
            Assert.Equal("message_stop", await AskAsync(gateway, traceId, "m"));
        }

        List<OtlpSpan> attempts = [.. collector.Spans(traceId).Where(s => s.Kind == "client")];
        Assert.Equal(["chat up", "chat second"], attempts.Select(s => s.Name));
        Assert.Equal([true, false], attempts.Select(s => s.Failed));
        Assert.Equal("overloaded_error", attempts[0].Attributes["error.type"]);
        Assert.DoesNotContain("gen_ai.usage.input_tokens", attempts[0].Attributes);
        Assert.Equal(attempts.Select(s => s.Id), upstream.Received.Select(r => r.Headers["traceparent"].Split('-')[2]));
    }

    [Fact]
    public async Task Refused_request_is_a_span_with_the_error_that_the_client_was_told()
    {
        string traceId = NewTraceId();
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using (GatewayServer gateway = await GatewayServer.StartAsync(collector.Settings))
        {
            using HttpResponseMessage refused = await SendAsync(gateway, traceId, "m", "mgw_wrong_key");
        }

        List<OtlpSpan> spans = collector.Spans(traceId);
        Assert.Equal(["POST /v1/messages", "authenticate"], spans.Select(s => s.Name));
        Assert.Equal(401L, spans[0].Attributes["http.response.status_code"]);
        Assert.Equal("authentication_error", spans[0].Attributes["error.type"]);

        // By the conventions of HTTP, what the client did wrong is no error of the server.
        Assert.False(spans[0].Failed);
    }

    [Fact]
    public async Task Client_that_leaves_ends_both_spans_as_canceled()
    {
        string traceId = NewTraceId();
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Answer = async context =>
        {
            context.RequestAborted.Register(() => cancelled.SetResult());
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk(Answer));
            await cancelled.Task;
        };
        await using (GatewayServer gateway = await GatewayServer.StartAsync(upstream, collector.Settings))
        {
            using (HttpResponseMessage response = await SendAsync(gateway, traceId, "m", GatewayServer.Key))
            using (EventStream events = await EventStream.OpenAsync(response))
            {
                await events.ReadAsync();
            }

            await cancelled.Task.PatientlyAsync();
        }

        List<OtlpSpan> spans = collector.Spans(traceId);
        Assert.Equal("canceled", spans[0].Attributes["error.type"]);
        Assert.Equal("canceled", spans[^1].Attributes["error.type"]);
        Assert.Equal(true, spans[^1].Attributes["gateway.usage.estimated"]);
    }

    [Fact]
    public async Task Metrics_have_the_names_attributes_and_buckets_of_the_conventions()
    {
        string model = "measured-" + NewTraceId();
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = StreamAsync;
        await using (GatewayServer gateway = await GatewayServer.StartAsync(upstream, [("Gateway:Models:0:Targets:0", "fake/" + model), .. collector.Settings]))
        {
            await AskAsync(gateway, NewTraceId(), "m");
            await AskAsync(gateway, NewTraceId(), "m");
        }

        List<OtlpPoint> tokens = Own("gen_ai.client.token.usage");
        Assert.Equal(20, Assert.Single(tokens, p => p.Attributes["gen_ai.token.type"] is "input").Sum);
        Assert.Equal(8, Assert.Single(tokens, p => p.Attributes["gen_ai.token.type"] is "output").Sum);
        Assert.Equal([1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864], tokens[0].Bounds);
        OtlpPoint duration = Assert.Single(Own("gen_ai.client.operation.duration"));
        Assert.Equal(2ul, duration.Count);
        Assert.Equal("chat", duration.Attributes["gen_ai.operation.name"]);
        Assert.Equal("fake", duration.Attributes["gen_ai.provider.name"]);
        Assert.Equal((0.01, 81.92), (duration.Bounds[0], duration.Bounds[^1]));
        OtlpPoint first = Assert.Single(Own("gen_ai.server.time_to_first_token"));
        Assert.Equal(2ul, first.Count);
        Assert.Equal((0.001, 10), (first.Bounds[0], first.Bounds[^1]));
        Assert.Equal(2ul, Assert.Single(Own("gen_ai.client.operation.time_to_first_chunk")).Count);
        Assert.Equal(2ul, Assert.Single(Own("gen_ai.server.request.duration")).Count);
        Assert.Equal(2ul, Assert.Single(Own("gen_ai.server.time_per_output_token")).Count);
        Assert.Contains(collector.Points("gateway.requests"), p => p.Sum >= 2
            && p.Attributes["http.route"] is "/v1/messages" && p.Attributes["http.response.status_code"] is 200L);

        List<OtlpPoint> Own(string metric) => [.. collector.Points(metric).Where(p => model.Equals(p.Attributes["gen_ai.request.model"]))];
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_made_and_the_upstream_continues_the_trace_of_the_client()
    {
        string traceId = NewTraceId();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = StreamAsync;
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        Assert.Equal("message_stop", await AskAsync(gateway, traceId, "m"));
        using HttpResponseMessage untraced = await gateway.PostAsync("/v1/messages", Body("m"));

        Assert.DoesNotContain(gateway.Services.GetServices<IHostedService>(), s => s is Gateway.Telemetry.TelemetryExport);
        Assert.False(Gateway.Diagnostics.GatewayTelemetry.Source.HasListeners());
        Assert.Equal($"00-{traceId}-{ClientSpan}-01", upstream.Received.First().Headers["traceparent"]);
        Assert.False(upstream.Received.Last().Headers.ContainsKey("traceparent"));
    }

    [Theory]
    [InlineData("""{"id":"1","choices":[{"message":{"model":"content"}}],"model":"gpt"}""", "gpt")]
    [InlineData("""{"type":"message","content":[{"input":{"model":"content"}}],"model":"claude"}""", "claude")]
    [InlineData("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"1\",\"model\":\"claude\"", "claude")]
    [InlineData(": hello\r\n\r\ndata: {\"id\":\"1\",\"model\":\"gpt\",\"choices\":[]}\n", "gpt")]
    [InlineData("""{"choices":[{"model":"content"}]}""", null)]
    [InlineData("""{"model":"cut of""", null)]
    [InlineData("<html>", null)]
    public void Model_that_answered_is_read_from_the_envelope_only(string answer, string? model) =>
        Assert.Equal(model, Gateway.Telemetry.ResponseModel.Find(System.Text.Encoding.UTF8.GetBytes(answer)));

    private static string NewTraceId() => Guid.NewGuid().ToString("n");

    private static string Body(string model) =>
        $$"""{"model":"{{model}}","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"{{Question}}"}]}""";

    private static Task<HttpResponseMessage> SendAsync(GatewayServer gateway, string traceId, string model, string key) => gateway.SendAsync(
        HttpMethod.Post, "/v1/messages", Body(model), CancellationToken.None,
        ("x-api-key", key), ("traceparent", $"00-{traceId}-{ClientSpan}-01"), ("tracestate", "vendor=1"), ("baggage", "user=alice"));

    /// <summary>Asks, reads to the end and returns the name of the last event.</summary>
    private static async Task<string> AskAsync(GatewayServer gateway, string traceId, string model)
    {
        using HttpResponseMessage response = await SendAsync(gateway, traceId, model, GatewayServer.Key);
        using EventStream events = await EventStream.OpenAsync(response);
        return (await events.ReadAllAsync())[^1].Name;
    }

    private static async Task StreamAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        await FakeUpstream.BeginStreamAsync(context);
        await FakeUpstream.EventAsync(context, $$$"""{"id":"chatcmpl-1","model":"up-2026-11-01","choices":[{"index":0,"delta":{"content":"{{{Answer}}}"},"finish_reason":null}]}""");
        await FakeUpstream.EventAsync(context, """{"id":"chatcmpl-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":1}}}""");
        await FakeUpstream.EventAsync(context, "[DONE]");
    }
}
