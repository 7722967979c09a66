using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Xunit.Abstractions;

namespace Gateway.Tests.Admission;

/// <summary>
/// Random routes, prices, failures and budgets, four processes and one Table service: what was spent stays below the budget
/// and the bound that the documents promise, and the books are the sum of what the upstreams charged.
/// </summary>
public sealed class RandomMoneyTests(ITestOutputHelper output)
{
    private const int Instances = 4;
    private const int ClientsEach = 3;
    private const int Prompt = 30;
    private const int MostOutput = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Spent_is_what_upstreams_charged_and_never_more_than_the_budget_and_the_bound(int seed)
    {
        Random random = new(seed);
        decimal[] prices = [.. Enumerable.Range(0, 4).Select(i => i == 0 ? 0m : Math.Round((decimal)random.NextDouble() * 40, 3))];
        int[][] routes = [.. Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, 4).OrderBy(_ => random.Next()).Take(random.Next(1, 4)).ToArray())];
        decimal budget = Math.Round(0.05m + (decimal)random.NextDouble() * 0.1m, 6);

        await using Azurite azurite = await Azurite.ShareAsync();
        Run key = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "many", "--budget-day", budget.ToString(CultureInfo.InvariantCulture), "--json");
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        Charges charges = new(random.Next(), prices);
        upstream.Answer = charges.AnswerAsync;
        (string, string)[] settings = [.. Settings(azurite, upstream, prices, routes)];
        GatewayProcess[] instances = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => GatewayProcess.StartAsync(settings)));
        try
        {
            string secret = key.Json.GetProperty("key").GetString()!;
            await Task.WhenAll(instances.SelectMany((instance, i) => Enumerable.Range(0, ClientsEach).Select(n => SpendAsync(instance, secret, new Random((seed * 100) + (i * 10) + n), routes.Length))));

            // A request may pay each of its targets once; what was reserved for it is left out, which only makes the bound larger.
            decimal dearest = routes.Max(route => route.Sum(target => Cost(MostOutput, prices[target])));
            decimal bound = Instances * ClientsEach * dearest;
            SpendState ledger = await ManyInstancesTests.LedgerAsync(azurite, $"key:{key.Json.GetProperty("id").GetString()}", charges.Usd);
            decimal rows = await RowsAsync(azurite, charges.Usd);
            output.WriteLine($"seed {seed}: {charges.Count} answers cost {charges.Usd} of {budget} USD, bound +{bound}");
            Assert.InRange(charges.Usd, budget * 0.5m, budget + bound);
            Assert.Equal((charges.Usd, charges.Usd), ((decimal)ledger.Spent(BudgetWindow.Day), rows));
        }
        finally
        {
            foreach (GatewayProcess instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    private static decimal Cost(int output, decimal price) => (Prompt + output) * price / 1_000_000;

    private static IEnumerable<(string, string)> Settings(Azurite azurite, FakeUpstream upstream, decimal[] prices, int[][] routes)
    {
        yield return ("GatewayStorage", azurite.ConnectionString);
        for (int t = 0; t < prices.Length; t++)
        {
            yield return ($"Gateway:Providers:p{t}:Kind", "openai");
            yield return ($"Gateway:Providers:p{t}:BaseUrl", $"{upstream.Url}/{t}/v1");
        }

        for (int r = 0; r < routes.Length; r++)
        {
            yield return ($"Gateway:Models:{r}:Id", $"m{r}");
            yield return ($"Gateway:Models:{r}:OnContentFilter", "next");
            for (int t = 0; t < routes[r].Length; t++)
            {
                string price = prices[routes[r][t]].ToString(CultureInfo.InvariantCulture);
                yield return ($"Gateway:Models:{r}:Targets:{t}:Target", $"p{routes[r][t]}/up");
                yield return ($"Gateway:Models:{r}:Targets:{t}:Price:Input", price);
                yield return ($"Gateway:Models:{r}:Targets:{t}:Price:Output", price);
            }
        }
    }

    /// <summary>Asks for any model, until a dear one is refused for good.</summary>
    private static async Task SpendAsync(GatewayProcess instance, string secret, Random random, int models)
    {
        int refused = 0;
        while (refused < 20)
        {
            bool chat = random.Next(2) == 0;
            string body = $$"""{"model":"m{{random.Next(models)}}","max_tokens":{{random.Next(5, MostOutput)}},"messages":[{"role":"user","content":"Hello"}]}""";
            using HttpResponseMessage response = await instance.SendAsync(HttpMethod.Post, chat ? "/v1/chat/completions" : "/v1/messages", body, default, ("x-api-key", secret));
            bool billing = (await response.Content.ReadAsStringAsync()).Contains("is used up", StringComparison.Ordinal);
            refused += billing ? 1 : 0;
            Assert.True(billing || response.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests or HttpStatusCode.BadRequest or >= HttpStatusCode.InternalServerError, response.ToString());
            if (response.StatusCode != HttpStatusCode.OK && !billing)
            {
                await Task.Delay(50);
            }
        }
    }

    private static Task<decimal> RowsAsync(Azurite azurite, decimal expected)
    {
        TableClient table = new(azurite.ConnectionString, "usage");
        return Patience.UntilAsync(
            async () => (await table.QueryAsync<TableEntity>().ToListAsync()).Sum(row => row.GetString("CostUsd") is { } cost ? decimal.Parse(cost, CultureInfo.InvariantCulture) : 0),
            sum => sum == expected);
    }

    /// <summary>The upstreams: they fail at random, and remember what they charged for.</summary>
    private sealed class Charges(int seed, decimal[] prices)
    {
        private const int MostCharged = 85;
        private readonly Lock _lock = new();
        private readonly Random _random = new(seed);

        public decimal Usd { get; private set; }

        public int Count { get; private set; }

        public Task AnswerAsync(Microsoft.AspNetCore.Http.HttpContext context)
        {
            (int luck, int tokens) = Draw(prices[context.Request.Path.Value![1] - '0']);
            string reason = luck < 25 ? "content_filter" : "stop";
            if (luck >= MostCharged)
            {
                return FakeUpstream.Json(context, luck < 93 ? 500 : 429, """{"error":{"message":"made up"}}""");
            }

            string content = reason == "stop" ? "ok" : "";
            return FakeUpstream.Json(context, 200, $$$"""{"choices":[{"index":0,"message":{"role":"assistant","content":"{{{content}}}"},"finish_reason":"{{{reason}}}"}],"usage":{"prompt_tokens":{{{Prompt}}},"completion_tokens":{{{tokens}}}}}""");
        }

        /// <summary>Whether it fails, and how many tokens it bills if it does not.</summary>
        private (int Luck, int Tokens) Draw(decimal price)
        {
            lock (_lock)
            {
                (int luck, int tokens) = (_random.Next(100), _random.Next(1, MostOutput));
                if (luck < MostCharged)
                {
                    (Usd, Count) = (Usd + Cost(tokens, price), Count + 1);
                }

                return (luck, tokens);
            }
        }
    }
}
