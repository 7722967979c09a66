using Gateway.Tests.Support;
using Gateway.Tests.Telemetry;

namespace Gateway.Tests.Worker;

/// <summary>The trace goes on through the worker: the host continues the client's, and the upstream that one.</summary>
[Collection(WorkerFixture.Collection)]
public sealed class WorkerTraceTests(WorkerFixture worker)
{
    private const string Body = """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""";

    [Theory]
    [InlineData("")]
    [InlineData("always_on")]
    [InlineData("always_off")]
    public async Task Upstream_is_in_the_trace_of_the_client(string sampler)
    {
        string traceId = Guid.NewGuid().ToString("n");
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        (string, string?)[] export = sampler.Length == 0 ? [] : [.. collector.Settings, ("OTEL_TRACES_SAMPLER", sampler)];
        await using (WorkerGateway gateway = await worker.StartAsync(upstream, export))
        {
            using HttpResponseMessage response = await gateway.SendAsync(
                HttpMethod.Post, "/v1/messages", Body, CancellationToken.None,
                ("x-api-key", worker.Key), ("traceparent", $"00-{traceId}-00f067aa0ba902b7-01"), ("baggage", "user=alice"));
            Assert.Equal(200, (int)response.StatusCode);
        }

        ReceivedRequest seen = Assert.Single(upstream.Received);
        string[] parent = seen.Headers["traceparent"].Split('-');
        Assert.Equal(traceId, parent[1]);
        Assert.False(seen.Headers.ContainsKey("baggage"));
        if (sampler == "always_on")
        {
            List<OtlpSpan> spans = collector.Spans(traceId);
            Assert.Equal(["POST /v1/messages", "authenticate", "route", "admit", "translate", "chat up"], spans.Select(span => span.Name));
            Assert.Equal(spans[^1].Id, parent[2]);
        }
        else
        {
            Assert.Empty(collector.Spans(traceId));
        }
    }
}
