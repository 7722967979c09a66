using System.Net;
using System.Text.RegularExpressions;
using Gateway.LocalHost;
using Gateway.Settings;
using Gateway.Telemetry;
using Gateway.Tests.Support;

namespace Gateway.Tests.Telemetry;

/// <summary>What Prometheus reads at <c>/metrics</c>. Measurements of other tests' gateways in this process are in it, too: each test looks for its own model.</summary>
[Collection(TelemetryTests.Collection)]
public sealed partial class PrometheusTests
{
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0";

    [Theory]
    [InlineData(null)]
    [InlineData("off")]
    public async Task Without_the_setting_there_is_nothing_and_nothing_is_made(string? setting)
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync([("Gateway:Prometheus", setting)]);
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            using HttpResponseMessage response = await gateway.SendAsync(method, "/metrics", null, default, ("x-api-key", GatewayServer.Key));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Contains("Gateway:Prometheus switches metrics on", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Null(gateway.Services.GetService(typeof(TelemetryExport)));
        Assert.Null(gateway.Services.GetService(typeof(InstanceGauges)));
    }

    [Theory]
    [InlineData("kye", "Did you mean key?")]
    [InlineData("on", "Set it to key")]
    [InlineData("true", "open (for whoever reaches the port)")]
    public void Word_that_it_cannot_be_stops_the_start(string word, string said)
    {
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], new Dictionary<string, string?> { ["Gateway:Prometheus"] = word }));
        Assert.Contains(stopped.Errors, error => error.StartsWith($"Gateway:Prometheus is '{word}'.", StringComparison.Ordinal) && error.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_is_asked_for_and_other_methods_are_told_the_right_ones()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync([("Gateway:Prometheus", "Key")]);
        string narrow = await KeyAsync("""{"team":"narrow"}""");
        string oneTeam = await KeyAsync("""{"team":"narrow","scopes":["usage"]}""");
        string allTeams = await KeyAsync("""{"team":"narrow","scopes":["usage:all"]}""");

        Assert.Equal(401, await StatusAsync(HttpMethod.Get));
        Assert.Equal(401, await StatusAsync(HttpMethod.Get, ("x-api-key", "mgw_wrong")));
        Assert.Equal(403, await StatusAsync(HttpMethod.Get, ("x-api-key", narrow)));
        Assert.Equal(403, await StatusAsync(HttpMethod.Get, ("x-api-key", oneTeam)));
        Assert.Equal(200, await StatusAsync(HttpMethod.Get, ("x-api-key", allTeams)));
        Assert.Equal(200, await StatusAsync(HttpMethod.Get, ("authorization", "Bearer " + GatewayServer.Key)));
        Assert.Equal(200, await StatusAsync(HttpMethod.Head, ("x-api-key", GatewayServer.Key)));
        using HttpResponseMessage posted = await gateway.PostAsync("/metrics", "{}");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET, HEAD"), (posted.StatusCode, string.Join(", ", posted.Content.Headers.Allow)));

        async Task<string> KeyAsync(string body)
        {
            using HttpResponseMessage made = await gateway.PostAsync("/manage/keys", body);
            return System.Text.Json.JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("key").GetString()!;
        }

        async Task<int> StatusAsync(HttpMethod method, params (string, string)[] headers)
        {
            using HttpResponseMessage response = await gateway.SendAsync(method, "/metrics", null, default, headers);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Series_have_names_units_and_labels_of_prometheus_with_team_and_cost()
    {
        string model = "scraped-" + Guid.NewGuid().ToString("n");
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream,
            ("Gateway:Prometheus", "open"), ("Gateway:Models:0:Targets:0", "fake/" + model), ("Gateway:Models:0:Price:Input", "1"), ("Gateway:Models:0:Price:Output", "2"),
            ("Gateway:Models:1:Id", "free"), ("Gateway:Models:1:Targets:0", $"fake/{model}-unpriced"));
        await AskAsync(gateway, "m");
        await AskAsync(gateway, "m");
        await AskAsync(gateway, "free");
        await AskAsync(gateway, "fake/made-up-by-a-client");
        using HttpResponseMessage healthy = await gateway.SendAsync(HttpMethod.Get, "/health", null, default);

        // A request is counted a moment after its answer.
        string[] lines = [];
        await Patience.UntilAsync(async () => (lines = await ScrapeAsync(gateway)).Any(line => line.StartsWith("gateway_requests_unpriced_total", StringComparison.Ordinal) && line.Contains(model, StringComparison.Ordinal)));

        string own = $$"""{gateway_team="development",gen_ai_provider_name="fake",gen_ai_request_model="{{model}}"}""";
        string counted = own.Replace("\"development\",", "\"development\",gateway_token_kind=\"KIND\",", StringComparison.Ordinal);
        Assert.Contains($"gateway_cost_usd_total{own} 2.8E-05", lines);
        Assert.Contains($"gateway_tokens_total{counted.Replace("KIND", "input", StringComparison.Ordinal)} 20", lines);
        Assert.Contains($"gateway_tokens_total{counted.Replace("KIND", "output", StringComparison.Ordinal)} 4", lines);
        Assert.Contains($"gateway_requests_unpriced_total{own.Replace(model, model + "-unpriced", StringComparison.Ordinal)} 1", lines);
        Assert.Contains($"gateway_target_state{{gateway_target=\"fake/{model}\"}} 0", lines);
        Assert.Contains("gateway_target_state{gateway_target=\"fake/*\"} 0", lines);
        Assert.Contains(lines, line => line.StartsWith("gateway_requests_total{", StringComparison.Ordinal) && line.Contains("gateway_team=\"development\"", StringComparison.Ordinal) && line.Contains("http_route=\"/v1/messages\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("gen_ai_client_operation_duration_seconds_bucket{", StringComparison.Ordinal) && line.Contains(model, StringComparison.Ordinal) && line.Contains("le=\"0.01\"", StringComparison.Ordinal));
        foreach (string name in (string[])["gateway_requests_active", "gateway_upstream_calls_active", "gateway_requests_queued", "gateway_usage_waiting", "gateway_usage_lost_total", "process_uptime_seconds", "process_memory_usage_bytes", "target_info"])
        {
            Assert.Contains(lines, line => line.StartsWith(name, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(lines, line => line.Contains("/health", StringComparison.Ordinal) || line.Contains("http_route=\"/metrics\"", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(GatewayServer.Key, StringComparison.Ordinal) || line.Contains("key_id", StringComparison.Ordinal));
        Assert.All(lines.Where(line => line.Length > 0 && line[0] != '#'), line => Assert.Matches(Sample(), line));
        Assert.Contains("# HELP gateway_cost_usd_total What requests cost in USD, by team, where the price is known.", lines);
        Assert.Contains("# TYPE gateway_cost_usd_total counter", lines);
        string[] series = [.. lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.LastIndexOf(' ')])];
        Assert.Equal(series.Length, series.Distinct().Count());
    }

    [Fact]
    public async Task Open_metrics_are_given_to_who_asks_for_them_and_to_many_at_once()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync([("Gateway:Prometheus", "open")]);
        string[][] scraped = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => ScrapeAsync(gateway, i % 2 == 0 ? OpenMetrics : null)));
        Assert.All(scraped, lines => Assert.Contains(lines, line => line.StartsWith("process_uptime_seconds", StringComparison.Ordinal)));
        Assert.All(scraped.Where((_, i) => i % 2 == 0), lines => Assert.Equal("# EOF", lines.Last(line => line.Length > 0)));
    }

    [Fact]
    public async Task Prometheus_reads_beside_a_collector_that_is_sent_to()
    {
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using (GatewayServer gateway = await GatewayServer.StartAsync([("Gateway:Prometheus", "open"), .. collector.Settings]))
        {
            Assert.Contains(await ScrapeAsync(gateway), line => line.StartsWith("process_uptime_seconds", StringComparison.Ordinal));
        }

        Assert.NotEmpty(collector.Points("process.memory.usage"));
    }

    [Fact]
    public void Teams_beyond_the_bound_share_one_series()
    {
        TeamSeries teams = new(2);
        Assert.Equal(["a", "b", "other", "a", "other", "b"], ((string[])["a", "b", "c", "a", "d", "b"]).Select(teams.Of));
        Assert.Equal(200, TeamSeries.Most);
    }

    private static async Task AskAsync(GatewayServer gateway, string model)
    {
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", $$"""{"model":"{{model}}","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<string[]> ScrapeAsync(GatewayServer gateway, string? accept = null)
    {
        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, "/metrics", null, default, accept is null ? [] : [("accept", accept)]);
        Assert.Equal((HttpStatusCode.OK, accept is null ? "text/plain" : "application/openmetrics-text"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return (await response.Content.ReadAsStringAsync()).Split('\n');
    }

    [GeneratedRegex("""^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)*\})? (NaN|[+-]Inf|[-+0-9.eE]+)( [0-9]+)?$""")]
    private static partial Regex Sample();
}
