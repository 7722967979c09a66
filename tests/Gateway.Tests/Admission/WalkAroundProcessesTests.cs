using System.Net;
using Azure.Data.Tables;
using Gateway.Admission;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>Four processes, one Table service: what one of them has spent is a way around the budget at none of the others.</summary>
public sealed class WalkAroundProcessesTests
{
    private const int Instances = 4;

    /// <summary>What each answer costs at 10 USD per million tokens.</summary>
    private const decimal Cost = 0.0101m;

    [Fact]
    public async Task No_process_lets_anybody_around_a_budget_that_another_has_used_up()
    {
        await using Azurite azurite = await Azurite.ShareAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 200, """{"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":1000}}""");
        Run made = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "many", "--budget-day", "0.01", "--json");
        string secret = made.Json.GetProperty("key").GetString()!;
        GatewayProcess[] instances = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => GatewayProcess.StartAsync(Settings(azurite, upstream))));
        try
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(instances[0], secret, "/v1/messages", "dear"));
            TableClient table = new(azurite.ConnectionString, "spend");
            await Patience.UntilAsync(
                async () => SpendRow.ToState(await table.GetEntityAsync<TableEntity>($"key:{made.Json.GetProperty("id").GetString()}", SpendRow.Budget)),
                state => state.Spent(BudgetWindow.Day) == Cost);

            int calls = upstream.Received.Count;
            HttpStatusCode[][] answers = await Task.WhenAll(instances.Select(instance => Task.WhenAll(
                new[] { "second", "p/up", "P/UP", "unheard", "p/unheard-of", "p/priced" }.SelectMany(model => new[] { AskAsync(instance, secret, "/v1/messages", model), AskAsync(instance, secret, "/v1/chat/completions", model) }))));

            // Dear second, direct in two spellings: no money. No price: not for this caller. Nobody names it: there is no such route.
            Assert.All(answers, each => Assert.Equal(
                [Refused(402), Refused(429), Refused(402), Refused(429), Refused(402), Refused(429), Refused(403), Refused(403), Refused(404), Refused(404), Refused(404), Refused(404)], each.Select(Pass)));
            Assert.Equal(calls, upstream.Received.Count);
            Assert.All(await Task.WhenAll(instances.Select(instance => AskAsync(instance, secret, "/v1/messages", "gift"))), status => Assert.Equal(HttpStatusCode.OK, status));
        }
        finally
        {
            foreach (GatewayProcess instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    private static HttpStatusCode Refused(int status) => (HttpStatusCode)status;

    /// <summary>While the first instance gives its lease back, there is no room (429) where there will never be (402).</summary>
    private static HttpStatusCode Pass(HttpStatusCode status, int index) => index < 6 && status == HttpStatusCode.TooManyRequests && index % 2 == 0 ? HttpStatusCode.PaymentRequired : status;

    private static async Task<HttpStatusCode> AskAsync(GatewayProcess instance, string secret, string path, string model)
    {
        using HttpResponseMessage response = await instance.SendAsync(
            HttpMethod.Post, path, $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""", default, ("x-api-key", secret));
        return response.StatusCode;
    }

    private static (string, string)[] Settings(Azurite azurite, FakeUpstream upstream) =>
    [
        ("GatewayStorage", azurite.ConnectionString), ("Gateway:DirectRoutes", "priced"), ("Gateway:Unpriced", "refuse"),
        ("Gateway:Providers:p:Kind", "openai"), ("Gateway:Providers:p:BaseUrl", upstream.Url + "/v1"),
        ("Gateway:Providers:down:Kind", "openai"), ("Gateway:Providers:down:BaseUrl", "http://127.0.0.1:9/v1"),
        ("Gateway:Models:0:Id", "dear"), ("Gateway:Models:0:Targets:0", "p/up"), ("Gateway:Models:0:Price:Input", "10"), ("Gateway:Models:0:Price:Output", "10"),
        ("Gateway:Models:1:Id", "second"), ("Gateway:Models:1:Targets:0", "down/x"), ("Gateway:Models:1:Targets:1", "p/up"),
        ("Gateway:Models:2:Id", "unheard"), ("Gateway:Models:2:Targets:0", "p/unheard"),
        ("Gateway:Models:3:Id", "gift"), ("Gateway:Models:3:Targets:0", "p/gift"), ("Gateway:Models:3:Price:Input", "0"), ("Gateway:Models:3:Price:Output", "0"),
    ];
}
