using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Xunit.Abstractions;

namespace Gateway.Tests.Admission;

/// <summary>Eight processes, one Table service, one budget.</summary>
public sealed class ManyInstancesTests(ITestOutputHelper output)
{
    private const int Instances = 8;
    private const int ClientsEach = 4;
    private const decimal BudgetUsd = 2m;
    private const decimal InputPrice = 2.5m;
    private const decimal OutputPrice = 10m;
    private const string Body = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";

    [Theory]
    [InlineData("", "key:{0}")]
    [InlineData("fake/*=", "key-model:{0}:fake|*")]
    public async Task Budget_holds_across_processes_and_the_ledger_is_the_sum_of_the_answers(string models, string scope)
    {
        await using Azurite azurite = await Azurite.ShareAsync();
        Run key = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "many", "--budget-day", models + BudgetUsd.ToString(CultureInfo.InvariantCulture), "--json");
        string keyId = key.Json.GetProperty("id").GetString()!;
        string secret = key.Json.GetProperty("key").GetString()!;
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        int count = 0;
        upstream.Answer = context =>
        {
            // Some answers are three times as long as what was reserved for them.
            int tokens = Interlocked.Increment(ref count) % 2 == 0 ? 150 : 10;
            return FakeUpstream.Json(context, 200, $$$"""{"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":30,"completion_tokens":{{{tokens}}}}}""");
        };
        GatewayProcess[] instances = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => GatewayProcess.StartAsync(Settings(azurite, upstream))));
        try
        {
            ConcurrentBag<decimal> costs = [];
            await Task.WhenAll(instances.SelectMany(instance => Enumerable.Range(0, ClientsEach).Select(_ => SpendAsync(instance, secret, costs))));

            decimal spent = costs.Sum();
            decimal reserved = Cost(0, 50);
            decimal bound = Instances * ClientsEach * (Cost(30, 150) - reserved);
            SpendState ledger = await LedgerAsync(azurite, string.Format(CultureInfo.InvariantCulture, scope, keyId), spent);
            (int rows, decimal rowSum) = await UsageAsync(azurite, costs.Count);
            output.WriteLine($"{costs.Count} answers of {Instances} processes cost {spent} of {BudgetUsd} USD: {spent - BudgetUsd:+0.######;-0.######} USD, bound +{bound}; ledger {ledger.Spent(BudgetWindow.Day)}, usage rows {rowSum}");

            Assert.True(costs.Count > 2000, $"only {costs.Count} requests");
            Assert.InRange(spent, BudgetUsd * 0.95m, BudgetUsd + bound);
            Assert.Equal((spent, spent), ((decimal)ledger.Spent(BudgetWindow.Day), (decimal)ledger.Spent(BudgetWindow.Lifetime)));
            Assert.Equal((costs.Count, spent), (rows, rowSum));
        }
        finally
        {
            foreach (GatewayProcess instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    private static decimal Cost(int input, int tokens) => ((input * InputPrice) + (tokens * OutputPrice)) / 1_000_000;

    private static (string, string)[] Settings(Azurite azurite, FakeUpstream upstream) =>
    [
        ("GatewayStorage", azurite.ConnectionString),
        ("Gateway:Providers:fake:Kind", "openai"),
        ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "fake/up"),
        ("Gateway:Models:0:Price:Input", InputPrice.ToString(CultureInfo.InvariantCulture)),
        ("Gateway:Models:0:Price:Output", OutputPrice.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Calls until the budget is used up; what is only reserved by others is worth another try.</summary>
    private static async Task SpendAsync(GatewayProcess instance, string secret, ConcurrentBag<decimal> costs)
    {
        while (true)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/v1/messages") { Content = new StringContent(Body) };
            request.Headers.Add("x-api-key", secret);
            using HttpResponseMessage response = await instance.Client.SendAsync(request);
            string text = await response.Content.ReadAsStringAsync();
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    JsonElement usage = JsonElement.Parse(text).GetProperty("usage");
                    costs.Add(Cost(usage.GetProperty("input_tokens").GetInt32(), usage.GetProperty("output_tokens").GetInt32()));
                    break;
                case HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable:
                    // As a client does.
                    await Task.Delay(200);
                    break;
                default:
                    Assert.True(response.StatusCode == HttpStatusCode.PaymentRequired, text);
                    return;
            }
        }
    }

    /// <summary>The row, once every instance has written what it spent.</summary>
    internal static Task<SpendState> LedgerAsync(Azurite azurite, string scope, decimal expected)
    {
        TableClient table = new(azurite.ConnectionString, "spend");
        return Patience.UntilAsync(
            async () => SpendRow.ToState(await table.GetEntityAsync<TableEntity>(scope, SpendRow.Budget)),
            state => state.Spent(BudgetWindow.Day) == expected);
    }

    private static async Task<(int Count, decimal Usd)> UsageAsync(Azurite azurite, int expected)
    {
        TableClient table = new(azurite.ConnectionString, "usage");
        List<TableEntity> rows = await Patience.UntilAsync(
            async () => await table.QueryAsync<TableEntity>("Status eq 200").ToListAsync(),
            rows => rows.Count >= expected);
        return (rows.Count, rows.Sum(row => decimal.Parse(row.GetString("CostUsd"), CultureInfo.InvariantCulture)));
    }
}
