using System.Globalization;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Upstreams;

/// <summary>What the client and the operator learn of the targets that did not answer.</summary>
public sealed class WhoIsToldTests
{
    private const string Busy = """{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}""";
    private const string NoSuchModel = """{"type":"error","error":{"type":"not_found_error","message":"model: one"}}""";

    /// <summary>Seconds, milliseconds and dates are compared by what they mean.</summary>
    public static TheoryData<string, string, string, string?> Waits => new()
    {
        { "retry-after: 7", "retry-after: 30", "7", null },
        { "retry-after: 30", "retry-after: 7", "7", null },
        { "retry-after-ms: 1500", "retry-after: 30", "2", "1500" },
        { "retry-after: 1|retry-after-ms: 250", "retry-after: 1", "1", "250" },
        { "date: 5", "retry-after: 30", "date: 5", null },
        { "retry-after: 30", "date: 5", "date: 5", null },
        { "retry-after: soon", "retry-after: 30", "30", null },
        { "retry-after: NaN", "retry-after: 4", "4", null },
        { "none", "retry-after: 4", "4", null },
        { "retry-after: 4", "none", "4", null },
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task Shortest_wait_of_all_is_told(string first, string second, string seconds, string? milliseconds)
    {
        foreach (string kind in new[] { "openai", "anthropic" })
        {
            await using PairOfTargets pair = await PairOfTargets.StartAsync(kind);
            pair.First.Answer = context => BusyAsync(context, first, pair.Time);
            pair.Second.Answer = context => BusyAsync(context, second, pair.Time);
            await pair.ForEachRequestAsync(response =>
            {
                Assert.Equal(429, (int)response.StatusCode);
                string told = Assert.Single(response.Headers.GetValues("retry-after"));
                Assert.Equal(seconds, DateTimeOffset.TryParse(told, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? $"date: {(date - pair.Time.GetUtcNow()).TotalSeconds}" : told);
                Assert.Equal(milliseconds, response.Headers.TryGetValues("retry-after-ms", out IEnumerable<string>? ms) ? Assert.Single(ms) : null);
                Assert.Equal("first/one 429; second/two 429", Assert.Single(response.Headers.GetValues("x-gateway-attempts")));
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>That the second is misconfigured is the operator's business; the first may answer in a moment.</summary>
    [Theory]
    [InlineData(404, NoSuchModel)]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}""")]
    [InlineData(402, """{"error":{"message":"empty"}}""")]
    public async Task What_may_pass_is_told_before_what_cannot(int status, string body)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync();
        pair.First.Answer = context => BusyAsync(context, "retry-after: 3", pair.Time);
        pair.Second.Answer = context => FakeUpstream.Json(context, status, body);
        await pair.ForEachRequestAsync(response =>
        {
            Assert.Equal(429, (int)response.StatusCode);
            Assert.Equal("3", Assert.Single(response.Headers.GetValues("retry-after")));
            Assert.False(response.Headers.TryGetValues("x-should-retry", out IEnumerable<string>? retry) && retry.Contains("false"));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Targets_that_are_passed_over_are_named()
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync();
        pair.First.Answer = context => FakeUpstream.Json(context, 503, "{}");
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await pair.AskAsync();
            await PairOfTargets.SecondAnsweredAsync(response, "first/one 503; second/two 200");
        }

        using HttpResponseMessage last = await pair.AskAsync();
        await PairOfTargets.SecondAnsweredAsync(last, "first/one skipped; second/two 200");
    }

    [Fact]
    public async Task Header_has_a_bound_and_names_that_can_be_told_apart()
    {
        (string, string?)[] targets = [.. Enumerable.Range(0, 30).Select(i => ($"Gateway:Models:0:Targets:{i}", (string?)$"first/a model; with {i} ü{new string('x', 40)}"))];
        await using PairOfTargets pair = await PairOfTargets.StartAsync("openai", targets);
        pair.First.Answer = context => FakeUpstream.Json(context, 404, NoSuchModel);
        using HttpResponseMessage response = await pair.AskAsync();
        string header = Assert.Single(response.Headers.GetValues("x-gateway-attempts"));
        Assert.InRange(header.Length, 400, 530);
        Assert.StartsWith("first/a%20model%3B%20with%200%20%C3%BC", header, StringComparison.Ordinal);
        Assert.Equal(30, (header.Split("; ").Length - 1) + int.Parse(header[(header.LastIndexOf('+') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Nobody complains while another target answers, so the log must: as an error, and not for each request.</summary>
    [Theory]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided: sk-one-secret, Hello"}}""", "refuses the gateway's credentials (HTTP 401)")]
    [InlineData(402, "{}", "its account is empty (HTTP 402)")]
    [InlineData(403, """{"error":{"message":"Hello is not for you"}}""", "may not use this model there (HTTP 403)")]
    [InlineData(404, NoSuchModel, "it has no such model (HTTP 404)")]
    [InlineData(400, """{"error":{"message":"The model `one` does not exist"}}""", "it has no such model (HTTP 400)")]
    public async Task Operators_mistake_is_logged_loudly_and_once_a_minute(int status, string body, string said)
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync("openai", ("Logging:LogLevel:Gateway.Upstreams.ConfigurationAlarm", "Error"));
        LogLines log = LogLines.Of(pair.Gateway);
        pair.First.Answer = context => FakeUpstream.Json(context, status, body);
        await AskAsync(3);
        Assert.Single(log.Written);
        pair.Time.AdvanceSeconds(59);
        await AskAsync(1);
        Assert.Single(log.Written);
        pair.Time.AdvanceSeconds(2);
        await AskAsync(2);
        Assert.Equal(2, log.Written.Count);
        Assert.All(log.Written, line =>
        {
            Assert.Equal(LogLevel.Error, line.Level);
            Assert.Contains($"first/one cannot be used: ", line.Text, StringComparison.Ordinal);
            Assert.Contains(said, line.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-one", line.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Hello", line.Text, StringComparison.Ordinal);
        });

        async Task AskAsync(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using HttpResponseMessage response = await pair.AskAsync();
                Assert.True(response.IsSuccessStatusCode);
            }
        }
    }

    [Fact]
    public async Task Receipt_has_every_attempt_with_what_the_upstream_said_and_when()
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync();
        int calls = 0;
        pair.First.Answer = context =>
        {
            pair.Time.AdvanceSeconds(1);
            return Interlocked.Increment(ref calls) == 1
                ? FakeUpstream.Json(context, 400, """{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","param":"temperature","code":"unsupported_parameter"}}""")
                : FakeUpstream.Json(context, 502, """{"error":{"message":"Hello broke it"}}""");
        };
        using HttpResponseMessage response = await pair.Gateway.PostAsync("/v1/messages", """{"model":"m","max_tokens":50,"temperature":0.5,"messages":[{"role":"user","content":"Hello"}]}""");
        await PairOfTargets.SecondAnsweredAsync(response, "first/one 400; first/one 502; second/two 200");
        JsonElement[] attempts = await AttemptsAsync(pair, Assert.Single(response.Headers.GetValues("request-id")));

        Assert.Equal(
            ["first/one|invalid_request_error|400|400|0|1000|does not take temperature: Unsupported parameter: 'temperature' is not supported with this model. (unsupported_parameter)", "first/one|api_error|500|502|1000|1000|failed: [...] broke it", "second/two|||200|2000|0|"],
            attempts.Select(attempt => string.Join('|', new[] { "target", "error", "status", "upstream_status", "started_ms", "duration_ms", "reason" }.Select(name => attempt.GetProperty(name).ToString()))));
    }

    [Fact]
    public async Task Receipt_names_targets_that_were_passed_over()
    {
        await using PairOfTargets pair = await PairOfTargets.StartAsync();
        pair.First.Answer = context => FakeUpstream.Json(context, 401, "{}");
        using HttpResponseMessage rests = await pair.AskAsync();
        using HttpResponseMessage response = await pair.AskAsync();
        JsonElement[] attempts = await AttemptsAsync(pair, Assert.Single(response.Headers.GetValues("request-id")));
        Assert.Equal(["first/one skipped ", "second/two  200"], attempts.Select(a => $"{a.GetProperty("target")} {a.GetProperty("error")} {a.GetProperty("upstream_status")}"));
    }

    /// <summary>Its clock is the test's: the writer of receipts waits on it, too.</summary>
    private static async Task<JsonElement[]> AttemptsAsync(PairOfTargets pair, string id)
    {
        string receipt = await Patience.UntilAsync(
            async () =>
            {
                pair.Time.AdvanceSeconds(1);
                using HttpResponseMessage answer = await pair.Gateway.SendAsync(HttpMethod.Get, $"/manage/requests/{id}", null, default, ("x-api-key", GatewayServer.Key));
                return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : "";
            },
            json => json.Length > 0);
        return [.. JsonElement.Parse(receipt).GetProperty("attempts").EnumerateArray()];
    }

    private static Task BusyAsync(HttpContext context, string headers, FakeClock time)
    {
        foreach (string[] header in headers.Split('|').Select(header => header.Split(": ")).Where(header => header.Length == 2))
        {
            bool isDate = header[0] == "date";
            context.Response.Headers[isDate ? "retry-after" : header[0]] = isDate
                ? time.GetUtcNow().AddSeconds(double.Parse(header[1], CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture)
                : header[1];
        }

        return FakeUpstream.Json(context, 429, Busy);
    }
}
