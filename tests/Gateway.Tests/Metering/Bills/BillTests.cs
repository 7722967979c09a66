using System.Net;
using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Metering.Bills;

/// <summary>
/// What an answer says of its own bill, over HTTP, in both forms, as a stream and whole. At the price of "m" the tokens cost
/// 1,000 x 2.5 + 100 x 10 millionths: 0.0035 USD.
/// </summary>
public sealed class BillTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const decimal Usual = 0.0035m;

    public static TheoryData<bool, bool, bool> Ways
    {
        get
        {
            bool[] both = [false, true];
            TheoryData<bool, bool, bool> ways = [];
            foreach ((bool native, bool chat, bool stream) in both.SelectMany(_ => both, (native, chat) => (native, chat)).SelectMany(_ => both, (pair, stream) => (pair.native, pair.chat, stream)))
            {
                ways.Add(native, chat, stream);
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cost_that_the_upstream_says_is_the_cost(bool native, bool chat, bool stream)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native, "upstream");
        (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat, stream, """ "cost":0.0123,"is_byok":false,"cost_details":{"upstream_inference_cost":0.01} """);
        Assert.Equal((0.0123m, "upstream"), (entry.Cost, entry.Bill.PriceVersion));
        JsonElement receipt = await gateway.ReceiptAsync(answer);
        Assert.Equal((0.0123m, "upstream"), (receipt.GetProperty("cost_usd").GetDecimal(), receipt.GetProperty("bill").GetProperty("price_version").GetString()));
        Assert.Equal(JsonValueKind.Null, receipt.GetProperty("price_per_million_usd").ValueKind);
        if (!stream)
        {
            Assert.Equal("0.0123", answer.Headers.GetValues("x-gateway-cost-usd").Single());
        }
    }

    [Theory]
    [InlineData(""" "cost":0.0005,"is_byok":true,"cost_details":{"upstream_inference_cost":0.01} """, "0.0105")]
    [InlineData(""" "cost":0.0005,"cost_details":{"upstream_inference_cost":0.01} """, "0.0105")]
    [InlineData(""" "cost":0.0005,"cost_details":{"upstream_inference_cost":null} """, "0.0005")]
    [InlineData(""" "cost":1.5e-5 """, "0.000015")]
    [InlineData(""" "cost":0 """, "0")]
    public async Task Fee_and_what_the_own_account_pays_are_one_cost(string usage, string cost)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false, "upstream");
        (UsageEntry entry, _) = await gateway.AskAsync(chat: true, stream: true, usage);
        Assert.Equal((decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture), "upstream"), (entry.Cost, entry.Bill.PriceVersion));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e30")]
    [InlineData("5000")]
    [InlineData("\"0.01\"")]
    [InlineData("{}")]
    [InlineData("true")]
    public async Task Cost_that_cannot_be_is_refused_and_the_list_holds(string cost)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false, "upstream");
        (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat: true, stream: false, $"\"cost\":{cost}");
        Assert.Equal(Usual, entry.Cost);
        Assert.Equal(["cost"], entry.Bill.Refused);
        Assert.Contains("refused", (await gateway.ReceiptAsync(answer)).GetProperty("notes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cost_of_a_server_that_is_not_known_to_bill_in_dollars_is_nothing()
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false);
        (UsageEntry entry, _) = await gateway.AskAsync(chat: true, stream: false, "\"cost\":0.0123");
        Assert.Equal((Usual, 0), (entry.Cost, entry.Bill.Refused.Count));
    }

    [Theory]
    [InlineData("openai", "flex", "0.00175", "")]
    [InlineData("openai", "default", "0.0035", "")]
    [InlineData("openai", "priority", "0.0035", "service_tier=priority")]
    [InlineData("openai", "scale", "0.0035", "service_tier=scale")]
    [InlineData(null, "flex", "0.0035", "service_tier=flex")]
    [InlineData(null, "default", "0.0035", "")]
    public async Task Tier_is_priced_where_its_rule_is_public_and_marked_elsewhere(string? billing, string tier, string cost, string unpriced)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: false, billing);
        foreach ((bool chat, bool stream) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat, stream, "", $"\"model\":\"up\",\"service_tier\":\"{tier}\"");
            Assert.Equal((decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture), tier, unpriced), (entry.Cost, entry.Bill.ServiceTier, string.Join(",", entry.Bill.Unpriced)));
            Assert.Equal(tier, (await gateway.ReceiptAsync(answer)).GetProperty("bill").GetProperty("service_tier").GetString());
        }
    }

    [Theory]
    [InlineData("\"service_tier\":\"batch\"", "0.00175", "")]
    [InlineData("\"service_tier\":\"priority\"", "0.0035", "service_tier=priority")]
    [InlineData("\"service_tier\":\"standard\",\"inference_geo\":\"us\"", "0.00385", "")]
    [InlineData("\"inference_geo\":\"global\",\"speed\":\"standard\"", "0.0035", "")]
    [InlineData("\"inference_geo\":\"eu\"", "0.0035", "inference_geo=eu")]
    [InlineData("\"speed\":\"fast\"", "0.0035", "speed=fast")]
    [InlineData("\"service_tier\":\"batch\",\"inference_geo\":\"us\"", "0.001925", "")]
    [InlineData("\"server_tool_use\":{\"web_search_requests\":3,\"web_fetch_requests\":7}", "0.0335", "")]
    public async Task Claude_is_billed_by_the_published_rules(string usage, string cost, string unpriced)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true, "anthropic");
        foreach ((bool chat, bool stream) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            (UsageEntry entry, _) = await gateway.AskAsync(chat, stream, usage);
            Assert.Equal((decimal.Parse(cost, System.Globalization.CultureInfo.InvariantCulture), unpriced), (entry.Cost, string.Join(",", entry.Bill.Unpriced)));
        }
    }

    [Fact]
    public async Task Searches_cost_what_the_operator_says_and_are_marked_when_nobody_says()
    {
        const string Searches = "\"server_tool_use\":{\"web_search_requests\":2}";
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true, null, ("Gateway:Models:0:Price:WebSearch", "7.5"));
        (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat: false, stream: true, Searches);
        Assert.Equal((Usual + 0.015m, 2, 0.015m), (entry.Cost, entry.Bill.WebSearches, entry.Bill.WebSearchUsd));
        Assert.Equal(2, (await gateway.ReceiptAsync(answer)).GetProperty("bill").GetProperty("web_searches").GetInt32());

        await using BilledGateway silent = await BilledGateway.StartAsync(azurite.ConnectionString, native: true);
        (entry, _) = await silent.AskAsync(chat: false, stream: false, Searches);
        Assert.Equal((Usual, 2, null, "web_search"), (entry.Cost, entry.Bill.WebSearches, entry.Bill.WebSearchUsd, entry.Bill.Unpriced.Single()));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Model_that_answered_is_the_one_that_is_paid_and_told(bool native, bool chat, bool stream)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native);
        (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat, stream, "", "\"model\":\"claude-dear-1\"");
        Assert.Equal((Usual * 10, "claude-dear-1"), (entry.Cost, entry.Bill.AnsweredModel));
        Assert.Equal("claude-dear-1", answer.Headers.GetValues("x-gateway-answered-model").Single());
        Assert.Contains("claude-dear-1", (await gateway.ReceiptAsync(answer)).GetProperty("notes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_spelling_of_the_model_is_no_other_model_and_an_unknown_one_is_marked()
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true);
        foreach (string same in new[] { "up", "UP", "up-20260101", "maker/up", "up-2026-01-01" })
        {
            (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat: false, stream: false, "", $"\"model\":\"{same}\"");
            Assert.Equal((Usual, null, 0, false), (entry.Cost, entry.Bill.AnsweredModel, entry.Bill.Unpriced.Count, answer.Headers.Contains("x-gateway-answered-model")));
        }

        // What the operator priced is what stands behind the target, and that is no public model.
        (UsageEntry unknown, _) = await gateway.AskAsync(chat: false, stream: false, "", "\"model\":\"stranger\"");
        Assert.Equal((Usual, "stranger", 0), (unknown.Cost, unknown.Bill.AnsweredModel, unknown.Bill.Unpriced.Count));
    }

    [Fact]
    public async Task Sibling_without_a_price_is_marked()
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true, null, ("Gateway:Models:0:Targets:0", "fake/claude-cheap-1"));
        (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat: false, stream: false, "", "\"model\":\"claude-new-1\"");
        Assert.Equal((Usual, "model=claude-new-1"), (entry.Cost, entry.Bill.Unpriced.Single()));
        Assert.Contains("No price is known for model=claude-new-1", (await gateway.ReceiptAsync(answer)).GetProperty("notes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relay_names_the_sibling_that_answered_and_else_what_was_asked_for()
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true, null, ("Gateway:Models:0:Targets:0", "fake/claude-cheap-1"));
        (_, HttpResponseMessage answer) = await gateway.AskAsync(chat: false, stream: true, "", "\"model\":\"claude-dear-1\"");
        Assert.Contains("\"model\":\"claude-dear-1\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        (_, answer) = await gateway.AskAsync(chat: false, stream: true, "", "\"model\":\"claude-cheap-1-20260101\"");
        Assert.Contains("\"model\":\"m\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>The summary is not in the answer's own tokens, the turns are; the advice is another model's.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Iterations_are_paid_one_by_one(bool chat, bool stream)
    {
        const string Iterations = """
             "iterations":[
              {"type":"compaction","input_tokens":180000,"output_tokens":3500},
              {"type":"message","model":null,"input_tokens":600,"output_tokens":60},
              {"type":"message","input_tokens":400,"output_tokens":40},
              {"type":"advisor_message","model":"claude-dear-1","input_tokens":100,"output_tokens":10}] 
            """;
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true);
        (UsageEntry entry, HttpResponseMessage answer) = await gateway.AskAsync(chat, stream, Iterations.ReplaceLineEndings(" "));

        // 181,000 x 2.5 + 3,600 x 10, and 100 x 25 + 10 x 100.
        Assert.Equal((0.4885m + 0.0035m, 181_100L, 3_610L), (entry.Cost, entry.Usage.Input, entry.Usage.Output));
        Assert.Equal(entry.Cost, entry.Bill.Parts.Sum(part => part.CostUsd));
        Assert.Equal(["up", "up", "up", "claude-dear-1"], entry.Bill.Parts.Select(part => part.Model));
        Assert.Equal(4, (await gateway.ReceiptAsync(answer)).GetProperty("bill").GetProperty("parts").GetArrayLength());
    }

    [Theory]
    [InlineData("""[{"type":"message","input_tokens":-5,"output_tokens":60}]""")]
    [InlineData("""[{"type":"message"}]""")]
    [InlineData("\"many\"")]
    public async Task Iterations_that_cannot_be_are_refused_and_the_total_holds(string iterations)
    {
        await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native: true);
        (UsageEntry entry, _) = await gateway.AskAsync(chat: false, stream: false, $"\"iterations\":{iterations}");
        Assert.Equal((Usual, "iterations"), (entry.Cost, entry.Bill.Refused.Single()));
    }

    [Fact]
    public async Task Budget_is_settled_with_what_the_upstream_says()
    {
        await using MeteredGateway metered = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--budget-day", "1"], ("Gateway:Providers:fake:Billing", "upstream"));
        await using BilledGateway gateway = new(metered, native: false);
        (UsageEntry entry, _) = await gateway.AskAsync(chat: true, stream: false, "\"cost\":1.25");
        Assert.Equal(1.25m, entry.Cost);
        using HttpResponseMessage refused = await gateway.PostAsync(chat: false, MeteredGateway.Body());
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
    }
}
