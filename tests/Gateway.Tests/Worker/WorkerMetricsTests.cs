using System.Net;
using Gateway.Tests.Support;

namespace Gateway.Tests.Worker;

/// <summary>Metrics through the Functions host.</summary>
[Collection(WorkerFixture.Collection)]
public sealed class WorkerMetricsTests(WorkerFixture worker)
{
    [Fact]
    public async Task Worker_is_scraped_with_the_key_of_an_operator()
    {
        worker.Upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        using HttpResponseMessage asked = await worker.PostAsync("/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        string metrics = "";
        await Patience.UntilAsync(async () => (metrics = await ScrapeAsync()).Contains("gateway_target_state{gateway_target=\"fake/up\"} 0", StringComparison.Ordinal));
        Assert.Contains("process_uptime_seconds", metrics, StringComparison.Ordinal);

        using HttpResponseMessage refused = await worker.Worker.SendAsync(HttpMethod.Get, "/metrics", null, default, ("x-api-key", worker.Worker.ApiKey));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private async Task<string> ScrapeAsync()
    {
        using HttpResponseMessage response = await worker.Worker.SendAsync(HttpMethod.Get, "/metrics", null, default, ("authorization", "Bearer " + worker.Key));
        Assert.Equal((HttpStatusCode.OK, "text/plain"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return await response.Content.ReadAsStringAsync();
    }
}
