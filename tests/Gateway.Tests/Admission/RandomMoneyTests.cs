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
/// Random routes, prices, failures, budgets for all models and for some, and time zones; four processes and one Table service:
/// what was spent stays below each budget and the bound that the documents promise, and the books are the sum of what the
/// upstreams charged.
/// </summary>
public sealed class RandomMoneyTests(ITestOutputHelper output)
{
    private const int Instances = 4;
    private const int ClientsEach = 3;
    private const int Prompt = 30;
    private const int MostOutput = 60;

    /// <summary>One of them always has another day than UTC, and weeks end at other hours.</summary>
    private static readonly string[] s_zones = ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Spent_is_what_upstreams_charged_and_never_more_than_the_budget_and_the_bound(int seed)
    {
        Random random = new(seed);
        decimal[] prices = [.. Enumerable.Range(0, 4).Select(i => i == 0 ? 0m : Math.Round((decimal)random.NextDouble() * 40, 3))];
        int[][] routes = [.. Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, 4).OrderBy(_ => random.Next()).Take(random.Next(1, 4)).ToArray())];
        string zone = s_zones[random.Next(s_zones.Length)];
        decimal budget = Math.Round(0.05m + (decimal)random.NextDouble() * 0.1m, 6);
        decimal Part() => Math.Round(budget * (0.3m + ((decimal)random.NextDouble() * 0.9m)), 6);

        // For all models and for some, whose names overlap; windows that all begin by the clock of the team.
        decimal[] budgets = [budget, Part(), Part(), Part()];
        await using Azurite azurite = await Azurite.ShareAsync();
        await Run.GatewayAsync(azurite.ConnectionString, "teams", "set", "many", "--time-zone", zone, "--week-starts", "sunday", "--budget-week", Text(budgets[1]), "--budget-month", $"M1={Text(budgets[2])}");
        Run key = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "many", "--budget-day", Text(budget), "--budget-day", $"p1/*={Text(budgets[3])}", "--json");
        string id = key.Json.GetProperty("id").GetString()!;
        string[] scopes = [$"key:{id}", "team:many", "team-model:many:m1", $"key-model:{id}:p1|*"];
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        Charges charges = new(random.Next(), prices);
        upstream.Answer = charges.AnswerAsync;
        (string, string)[] settings = [.. Settings(azurite, upstream, prices, routes)];
        string[] models = [.. Enumerable.Range(0, routes.Length).Select(r => $"m{r}"), .. routes.SelectMany(route => route).Distinct().Select(t => t % 2 == 0 ? $"p{t}/up" : $"P{t}/UP")];
        GatewayProcess[] instances = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => GatewayProcess.StartAsync(settings)));
        try
        {
            string before = DayIn(zone);
            string secret = key.Json.GetProperty("key").GetString()!;
            await Task.WhenAll(instances.SelectMany((instance, i) => Enumerable.Range(0, ClientsEach).Select(n => SpendAsync(instance, secret, new Random((seed * 100) + (i * 10) + n), models))));

            // A request may pay each of its targets once; what was reserved for it is left out, which only makes the bound larger.
            decimal dearest = routes.Max(route => route.Sum(target => Cost(MostOutput, prices[target])));
            decimal bound = Instances * ClientsEach * dearest;
            (string? Model, decimal Usd)[] rows = await RowsAsync(azurite, charges.Usd);
            decimal[] spent = [.. new Predicate<int[]>[] { _ => true, _ => true, targets => targets.Any(routes[1].Contains), targets => targets.Contains(1) }
                .Select(fits => rows.Where(row => fits(Targets(row.Model!, routes))).Sum(row => row.Usd))];
            output.WriteLine($"seed {seed}, {zone}: {charges.Count} answers cost {charges.Usd} USD, bound +{bound}");
            bool isOneDay = before == DayIn(zone);
            for (int i = 0; i < scopes.Length; i++)
            {
                SpendState ledger = await LedgerAsync(azurite, scopes[i], spent[i]);
                output.WriteLine($"{scopes[i]}: {spent[i]} of {budgets[i]} USD, day {ledger.Windows[BudgetWindow.Day].Id}, week {ledger.Windows[BudgetWindow.Week].Id}");
                Assert.True(!isOneDay || spent[i] <= budgets[i] + bound);
                Assert.True(!isOneDay || (ledger.Windows[BudgetWindow.Day].Id == before && ledger.Spent(BudgetWindow.Day) == spent[i]));
            }

            Assert.Equal((charges.Usd, charges.Usd), (spent[0], spent[1]));
            Assert.Contains(scopes.Index(), scope => spent[scope.Index] >= budgets[scope.Index] * 0.5m);
        }
        finally
        {
            foreach (GatewayProcess instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    private static string Text(decimal usd) => usd.ToString(CultureInfo.InvariantCulture);

    private static string DayIn(string zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>That may be asked for a model, or for a place by its own name.</summary>
    private static int[] Targets(string model, int[][] routes) => model[0] == 'm' ? routes[model[1] - '0'] : [model[1] - '0'];

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
    private static async Task SpendAsync(GatewayProcess instance, string secret, Random random, string[] models)
    {
        int refused = 0;
        while (refused < 30)
        {
            bool chat = random.Next(2) == 0;
            string body = $$"""{"model":"{{models[random.Next(models.Length)]}}","max_tokens":{{random.Next(5, MostOutput)}},"messages":[{"role":"user","content":"Hello"}]}""";
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

    /// <summary>What each request was for and has cost, once the rows are as many as the upstreams' charges.</summary>
    private static Task<(string? Model, decimal Usd)[]> RowsAsync(Azurite azurite, decimal expected)
    {
        TableClient table = new(azurite.ConnectionString, "usage");
        return Patience.UntilAsync(
            async () => (await table.QueryAsync<TableEntity>().ToListAsync()).Where(row => row.GetString("CostUsd") is not null)
                .Select(row => (row.GetString("RequestedModel"), decimal.Parse(row.GetString("CostUsd"), CultureInfo.InvariantCulture))).ToArray(),
            rows => rows.Sum(row => row.Item2) == expected)!;
    }

    /// <summary>The row, once every instance has written what it spent: the lifetime has no midnight.</summary>
    private static Task<SpendState> LedgerAsync(Azurite azurite, string scope, decimal expected)
    {
        TableClient table = new(azurite.ConnectionString, "spend");
        return Patience.UntilAsync(
            async () => SpendRow.ToState(await table.GetEntityAsync<TableEntity>(scope, SpendRow.Budget)),
            state => state.Spent(BudgetWindow.Lifetime) == expected);
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
