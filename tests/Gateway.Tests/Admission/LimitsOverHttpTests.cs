using System.Net;
using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>What callers with limits get to see. One request costs 10 × 2.5 + 2 × 10 millionths of a dollar: 0.000045.</summary>
public sealed class LimitsOverHttpTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Third_of_two_requests_per_minute_is_refused_with_the_way_out()
    {
        await using MeteredGateway gateway = await StartAsync("--rpm", "2");
        using HttpResponseMessage first = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage second = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage third = await gateway.PostAsync(MeteredGateway.Body());

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(["2", "1"], Headers(first, "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining"));
        JsonElement error = await ErrorAsync(third, HttpStatusCode.TooManyRequests, "rate_limit_error");
        Assert.Matches($"^The limit of the key {gateway.KeyId} is 2 requests per minute; 2 were used in the last minute. Try again in [0-9]+ s.$", error.GetProperty("message").GetString());
        Assert.InRange(int.Parse(Assert.Single(third.Headers.GetValues("retry-after")), System.Globalization.CultureInfo.InvariantCulture), 1, 120);
        Assert.Equal(["2", "0"], Headers(third, "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining"));
        Assert.EndsWith("Z", Assert.Single(third.Headers.GetValues("anthropic-ratelimit-requests-reset")), StringComparison.Ordinal);
        Assert.False(third.Headers.Contains("x-should-retry"));
        Assert.Equal(2, gateway.Upstream.Received.Count);

        UsageEntry refused = await gateway.EntryAsync(third);
        Assert.Equal((429, 0m, "rate_limit_error"), (refused.Status, refused.Cost, refused.Error));
    }

    [Fact]
    public async Task OpenAi_clients_get_their_own_form()
    {
        await using MeteredGateway gateway = await StartAsync("--rpm", "1");
        using HttpResponseMessage first = await ChatAsync(gateway);
        using HttpResponseMessage second = await ChatAsync(gateway);

        Assert.Equal(["1", "0"], Headers(first, "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests"));
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal("rate_limit_exceeded", JsonElement.Parse(await second.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString());
        Assert.Matches("^[0-9]+s$", Assert.Single(second.Headers.GetValues("x-ratelimit-reset-requests")));
    }

    [Fact]
    public async Task Output_of_answers_counts_until_the_limit_is_full()
    {
        await using MeteredGateway gateway = await StartAsync("--output-tpm", "3");
        using HttpResponseMessage first = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage second = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage third = await gateway.PostAsync(MeteredGateway.Body());

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        JsonElement error = await ErrorAsync(third, HttpStatusCode.TooManyRequests, "rate_limit_error");
        Assert.Contains("3 output tokens per minute; 4 were used", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_is_counted_by_what_the_upstream_reports()
    {
        await using MeteredGateway gateway = await StartAsync("--input-tpm", "50");
        using HttpResponseMessage first = await gateway.PostAsync(MeteredGateway.Body());
        await first.Content.ReadAsByteArrayAsync();
        using HttpResponseMessage second = await gateway.PostAsync(MeteredGateway.Body());

        // The estimate of one request is larger; 10 tokens were reported for the first.
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("50", Assert.Single(second.Headers.GetValues("anthropic-ratelimit-input-tokens-limit")));
    }

    [Fact]
    public async Task Used_up_budget_is_a_402_that_says_what_when_and_how()
    {
        await using MeteredGateway gateway = await StartAsync("--budget-day", "0.001");
        List<HttpResponseMessage> answers = [];
        do
        {
            answers.Add(await gateway.PostAsync(MeteredGateway.Body()));
            await answers[^1].Content.ReadAsByteArrayAsync();
        }
        while (answers[^1].StatusCode == HttpStatusCode.OK && answers.Count < 100);

        // Each request reserves for 50 tokens of output and is charged for 2: the last one that fits is not far from the end.
        JsonElement error = await ErrorAsync(answers[^1], HttpStatusCode.PaymentRequired, "billing_error");
        Assert.Matches(
            $"^The budget of the key {gateway.KeyId} for the day [0-9-]+ \\(UTC\\) is used up: 0.000[0-9]+ of 0.001 USD are spent, and this request may cost 0.000[0-9]+ USD. It resets at [0-9-]+T00:00:00Z.",
            error.GetProperty("message").GetString());
        Assert.Equal("false", Assert.Single(answers[^1].Headers.GetValues("x-should-retry")));
        Assert.InRange((answers.Count - 1) * 0.000045m, 0.0002m, 0.001m);
        answers.ForEach(answer => answer.Dispose());
    }

    [Fact]
    public async Task Shadow_limits_report_and_let_through()
    {
        await using MeteredGateway gateway = await StartAsync("--rpm", "1:shadow", "--budget-month", "0.00001:shadow");
        using HttpResponseMessage first = await gateway.PostAsync(MeteredGateway.Body());
        await first.Content.ReadAsByteArrayAsync();
        using HttpResponseMessage second = await gateway.PostAsync(MeteredGateway.Body());

        Assert.Equal("key:budget_month", Assert.Single(first.Headers.GetValues("x-gateway-shadow-limits")));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("key:requests,key:budget_month", Assert.Single(second.Headers.GetValues("x-gateway-shadow-limits")));
        Assert.Equal("key:requests,key:budget_month", (await gateway.EntryAsync(second)).ShadowLimits);
        Assert.False(second.Headers.Contains("anthropic-ratelimit-requests-limit"));
    }

    [Fact]
    public async Task Stream_that_the_client_leaves_makes_room_for_the_next()
    {
        await using MeteredGateway gateway = await StartAsync("--streams", "1");
        gateway.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("one"));
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using (HttpResponseMessage running = await gateway.PostAsync(MeteredGateway.Body(stream: true)))
        {
            using EventStream events = await EventStream.OpenAsync(running);
            await events.ReadAsync();
            using HttpResponseMessage refused = await gateway.PostAsync(MeteredGateway.Body(stream: true));
            JsonElement error = await ErrorAsync(refused, HttpStatusCode.TooManyRequests, "rate_limit_error");
            Assert.Contains("1 concurrent streams, and 1 are running", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        await ServesAgainAsync(gateway, MeteredGateway.Body(stream: true));
    }

    [Fact]
    public async Task Storage_that_is_away_lets_nobody_spend_more_than_was_set_aside()
    {
        await using Azurite own = await Azurite.StartNewAsync();
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(own.ConnectionString, ["--budget-day", "0.01"]);
        using (HttpResponseMessage first = await gateway.PostAsync(MeteredGateway.Body()))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        await own.StopAsync();
        int served = 1;
        HttpStatusCode last = HttpStatusCode.OK;
        for (int i = 0; i < 300 && last == HttpStatusCode.OK; i++)
        {
            using HttpResponseMessage next = await gateway.PostAsync(MeteredGateway.Body());
            last = next.StatusCode;
            served += last == HttpStatusCode.OK ? 1 : 0;
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, last);
        Assert.InRange(served * 0.000045m, 0.000045m, 0.01m);
        await own.StartAsync();
        await ServesAgainAsync(gateway, MeteredGateway.Body());
    }

    private static Task ServesAgainAsync(MeteredGateway gateway, string body) => Patience.UntilAsync(async () =>
    {
        using HttpResponseMessage next = await gateway.PostAsync(body);
        return next.StatusCode == HttpStatusCode.OK;
    });

    private Task<MeteredGateway> StartAsync(params string[] keyOptions) => MeteredGateway.StartAsync(azurite.ConnectionString, keyOptions);

    private static Task<HttpResponseMessage> ChatAsync(MeteredGateway gateway) =>
        gateway.Server.SendAsync(HttpMethod.Post, "/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"a"}]}""", default, ("authorization", $"Bearer {gateway.Key}"));

    private static string[] Headers(HttpResponseMessage response, params string[] names) => [.. names.Select(name => Assert.Single(response.Headers.GetValues(name)))];

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage response, HttpStatusCode status, string type)
    {
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((status, type), (response.StatusCode, error.GetProperty("type").GetString()));
        return error;
    }
}
