using System.Net;
using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Ways around a budget. The model "m" costs 2.5 USD per million tokens of input and 10 of output.</summary>
public sealed class BudgetEscapeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Many_answers_of_one_request_are_reserved_as_many()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--budget-day", "1"]);
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, Completion(100 * 500));
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ChatAsync(gateway, """ "max_tokens":500,"n":100 """)));

        // Each is reserved at 100 x 500 tokens, 0.5 USD and its input: there is room for one, and the other half is not enough for a second.
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Single(gateway.Upstream.Received);
        foreach (HttpResponseMessage answer in answers)
        {
            answer.Dispose();
        }
    }

    [Theory]
    [InlineData(""" "max_tokens":1,"best_of":100000 """)]
    [InlineData(""" "max_tokens":1,"n":9223372036854775807 """)]
    [InlineData(""" "max_tokens":1,"max_completion_tokens":2000 """)]
    [InlineData(""" "max_tokens":1,"reasoning_effort":"high" """)]
    [InlineData(""" "max_output_tokens":1 """)]
    public async Task Dearest_reading_of_a_request_is_reserved(string fields)
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--budget-day", "0.015"]);
        using HttpResponseMessage small = await ChatAsync(gateway, """ "max_tokens":1 """);
        using HttpResponseMessage refused = await ChatAsync(gateway, fields);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (small.StatusCode, refused.StatusCode));
        Assert.Contains("insufficient_quota", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" {"type":"text","text":";base64,XXXX"} """)]
    [InlineData(""" {"type":"text","text":"data:image/png;base64,XXXX"} """)]
    [InlineData(""" {"type":"file","file":{"file_data":"data:text/plain;base64,XXXX"}} """)]
    [InlineData(""" {"type":"text","text":"a","url":"data:image/png;base64,XXXX"} """)]
    public async Task Text_that_looks_like_an_image_is_reserved_as_text(string part)
    {
        // 400,000 bytes are 100,000 tokens of input, 0.25 USD; an image would be 0.0025.
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--budget-day", "0.2"]);
        using HttpResponseMessage refused = await gateway.Server.SendAsync(
            HttpMethod.Post,
            "/v1/chat/completions",
            $$$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{{{part.Replace("XXXX", new string('A', 400_000), StringComparison.Ordinal)}}}]}]}""",
            default,
            ("authorization", $"Bearer {gateway.Key}"));
        Assert.Contains("insufficient_quota", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """ {"type":"image_url","image_url":{"url":"data:image/png;base64,XXXX"}} """)]
    [InlineData("/v1/messages", """ {"type":"image","source":{"type":"base64","media_type":"image/png","data":"XXXX"}} """)]
    [InlineData("/v1/messages", """ {"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"XXXX"}}]} """)]
    public async Task Image_is_not_reserved_as_text(string path, string part)
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--budget-day", "0.2"]);
        string call = path == "/v1/messages" ? """{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},""" : "";
        string content = part.Replace("XXXX", new string('A', 400_000), StringComparison.Ordinal);
        using HttpResponseMessage answer = await gateway.Server.SendAsync(
            HttpMethod.Post,
            path,
            $$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Look"},{{call}}{"role":"user","content":[{{content}}]}]}""",
            default,
            ("authorization", $"Bearer {gateway.Key}"));
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Free_first_target_does_not_open_a_dear_second_one()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(
            azurite.ConnectionString,
            ["--budget-day", "0.0001"],
            ("Gateway:Models:1:Id", "two"),
            ("Gateway:Models:1:Targets:0", "free/a"),
            ("Gateway:Models:1:Targets:1", "fake/up"),
            ("Gateway:Providers:free:Kind", "openai"),
            ("Gateway:Providers:free:BaseUrl", "http://127.0.0.1:9/v1"));
        using HttpResponseMessage refused = await gateway.PostAsync(MeteredGateway.Body("two"));
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [InlineData("fake/up")]
    [InlineData("FAKE/UP")]
    [InlineData("unpriced")]
    public async Task Other_name_of_a_target_has_its_price(string model)
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(
            azurite.ConnectionString, ["--budget-day", "0.002"], ("Gateway:Models:1:Id", "unpriced"), ("Gateway:Models:1:Targets:0", "fake/up"));
        using HttpResponseMessage answer = await gateway.PostAsync(MeteredGateway.Body(model));
        Assert.Equal(0.000045m, (await gateway.EntryAsync(answer)).Cost);
        using HttpResponseMessage refused = await gateway.PostAsync(MeteredGateway.Body(model).Replace("\"max_tokens\":50", "\"max_tokens\":2000", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
    }

    [Theory]
    [InlineData("-1000000000000")]
    [InlineData("1e300")]
    [InlineData("9223372036854775807")]
    [InlineData("\"seven\"")]
    [InlineData("0.5")]
    [InlineData("true")]
    public async Task Usage_that_no_model_can_have_is_replaced_by_an_estimate(string tokens)
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--budget-day", "1", "--input-tpm", "100000", "--output-tpm", "100000"]);
        string text = new('a', 400);
        gateway.Upstream.Answer = context => FakeUpstream.Json(context, 200, FakeUpstream.Completion(text)
            .Replace("\"prompt_tokens\":10", $"\"prompt_tokens\":{tokens}", StringComparison.Ordinal)
            .Replace("\"completion_tokens\":2", $"\"completion_tokens\":{tokens}", StringComparison.Ordinal)
            .Replace("\"total_tokens\":12", $"\"total_tokens\":{tokens},\"prompt_tokens_details\":{{\"cached_tokens\":{tokens}}}", StringComparison.Ordinal));
        using HttpResponseMessage messages = await gateway.PostAsync(MeteredGateway.Body());
        using HttpResponseMessage chat = await ChatAsync(gateway, """ "max_tokens":50 """);
        foreach (UsageEntry entry in (UsageEntry[])[await gateway.EntryAsync(messages), await gateway.EntryAsync(chat)])
        {
            Assert.True(entry.Usage.Estimated);
            Assert.InRange(entry.Usage.Output, 100, 120);
            Assert.InRange(entry.Usage.Input, 1, 100);
            Assert.InRange(entry.Cost!.Value, 0.001m, 0.0015m);
        }
    }

    [Theory]
    [InlineData("-0.4", "0.4")]
    [InlineData("0", "-100")]
    public async Task Negative_amounts_in_the_table_count_as_zero_and_are_mended(string spent, string leased)
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--budget-day", "0.001"]);
        string scope = $"key:{gateway.KeyId}";
        TableClient table = new(azurite.ConnectionString, "spend");
        await table.AddEntityAsync(new TableEntity(scope, SpendRow.Budget)
        {
            ["DayId"] = BudgetCalendar.Utc.IdOf(BudgetWindow.Day, DateTimeOffset.UtcNow),
            ["DayUsd"] = spent,
            ["Leases"] = $$"""[{"instance":"old","sequence":1,"usd":{{leased}},"expires":"{{DateTimeOffset.UtcNow.AddHours(spent == "0" ? 1 : -1):O}}"}]""",
        });
        int served = 0;
        HttpStatusCode last = HttpStatusCode.OK;
        while (last == HttpStatusCode.OK && served < 100)
        {
            using HttpResponseMessage answer = await gateway.PostAsync(MeteredGateway.Body());
            await answer.Content.ReadAsByteArrayAsync();
            last = answer.StatusCode;
            served += last == HttpStatusCode.OK ? 1 : 0;
        }

        Assert.Equal(HttpStatusCode.PaymentRequired, last);
        Assert.InRange(served * 0.000045m, 0.0001m, 0.001m);
        TableEntity row = await table.GetEntityAsync<TableEntity>(scope, SpendRow.Budget);
        Assert.DoesNotContain("-", row.GetString("DayUsd") + SpendRow.ToState(row, (_, usd) => Assert.Fail($"{usd} is left")).Spent(BudgetWindow.Day), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_that_cannot_be_read_lets_nobody_in()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--budget-day", "1"]);
        await new TableClient(azurite.ConnectionString, "spend").AddEntityAsync(new TableEntity($"key:{gateway.KeyId}", SpendRow.Budget) { ["DayId"] = "2026-11-28", ["DayUsd"] = "NaN" });
        using HttpResponseMessage answer = await gateway.PostAsync(MeteredGateway.Body());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(gateway.Upstream.Received);
    }

    private static Task<HttpResponseMessage> ChatAsync(MeteredGateway gateway, string fields) => gateway.Server.SendAsync(
        HttpMethod.Post, "/v1/chat/completions", $$"""{"model":"m",{{fields}},"messages":[{"role":"user","content":"a"}]}""", default, ("authorization", $"Bearer {gateway.Key}"));

    private static string Completion(int tokens) => FakeUpstream.Completion("ok")
        .Replace("\"completion_tokens\":2,\"total_tokens\":12", $"\"completion_tokens\":{tokens},\"total_tokens\":{tokens + 10}", StringComparison.Ordinal);
}
