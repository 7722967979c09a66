using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.Tests.Cli;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

/// <summary>All that the program writes at the most talkative level, over every kind of request.</summary>
public abstract class LogContentTests(string storage)
{
    private const string Prompt = "prompt-nobody-may-log";
    private const string Answer = "answer-nobody-may-log";
    private const string UpstreamKey = "sk-upstream-nobody-may-log";

    /// <summary>A gateway on the tables of the storage, in a process of its own.</summary>
    internal abstract Task<TestGateway> StartAsync(string apiKey, IReadOnlyList<(string Key, string Value)> settings);

    /// <summary>All lines of its process.</summary>
    internal abstract ConcurrentQueue<string> OutputOf(TestGateway gateway);

    [Fact]
    public async Task Logs_hold_no_key_and_no_content()
    {
        JsonElement key = (await Run.GatewayAsync(storage, "keys", "create", "--team", "quiet", "--scope", "manage", "--rpm", "8", "--json")).Json;
        string secret = key.GetProperty("key").GetString()!;
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using TestGateway gateway = await StartAsync(secret,
        [
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft", "Trace"),
            ("Gateway:Providers:fake:Kind", "openai"),
            ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"),
            ("Gateway:Providers:fake:ApiKey", UpstreamKey),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "fake/up"),
        ]);
        ConcurrentQueue<string> output = OutputOf(gateway);

        List<string> ids = [];
        async Task AskAsync(string path, string body, string credential, Func<Microsoft.AspNetCore.Http.HttpContext, Task>? answer = null)
        {
            upstream.Answer = answer ?? (context => FakeUpstream.Json(context, 200, FakeUpstream.Completion(Answer)));
            using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body) };
            request.Headers.Add("x-api-key", credential);
            using HttpResponseMessage response = await gateway.Client.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
            ids.Add(response.Headers.GetValues("request-id").Single());
        }

        string body = $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"{{Prompt}}"}],"unknown":"{{Prompt}}"}""";
        await AskAsync("/v1/messages", body, secret);
        await AskAsync("/v1/messages", body.Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal), secret, async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk(Answer));
            context.Abort();
        });
        await AskAsync("/v1/chat/completions", body, secret);
        await AskAsync("/v1/messages", body, secret, context => FakeUpstream.Json(context, 400, $$$"""{"error":{"message":"I do not like {{{Prompt}}} with {{{UpstreamKey}}}"}}"""));
        await AskAsync("/v1/messages", $"{{\"{Prompt}", secret);
        await AskAsync("/v1/messages", body, secret[..^1] + "x");
        await AskAsync("/manage/keys", $$"""{"team":"{{Prompt}}/"}""", secret);
        for (int i = 0; i < 8; i++)
        {
            await AskAsync("/v1/messages", body, secret);
        }

        // Each request has left its line, so there was something to find.
        await Patience.UntilAsync(() => ids.All(id => output.Any(line => line.Contains(id, StringComparison.Ordinal))));

        string[] forbidden = [Prompt, Answer, UpstreamKey, secret, secret.Split('_')[^1], secret.Split('_')[^1][..20]];
        Assert.DoesNotContain(output, line => forbidden.Any(word => line.Contains(word, StringComparison.Ordinal)));
    }
}
