using CsCheck;
using Gateway.Tests.Support;
using Gateway.Translation.Hub;
using Xunit.Abstractions;

namespace Gateway.Tests.Fuzz;

/// <summary>Answers of upstreams, whole and streamed, good bytes with bad ones among them: the client gets an answer or is told that there is none.</summary>
[Trait("Category", Fuzz.Category)]
public sealed class UpstreamAnswersFuzz(ITestOutputHelper output)
{
    [Theory]
    [InlineData("openai", "/v1/messages", false)]
    [InlineData("openai", "/v1/messages", true)]
    [InlineData("openai", "/v1/chat/completions", false)]
    [InlineData("openai", "/v1/chat/completions", true)]
    [InlineData("anthropic", "/v1/messages", false)]
    [InlineData("anthropic", "/v1/messages", true)]
    [InlineData("anthropic", "/v1/chat/completions", false)]
    [InlineData("anthropic", "/v1/chat/completions", true)]
    public async Task Answer_is_passed_on_whole_or_told_to_have_failed(string kind, string path, bool stream)
    {
        bool sameForm = (kind == "openai") == (path == "/v1/chat/completions");
        byte[] answer = [];
        int number = 0;
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context =>
        {
            upstream.Received.Clear();

            // Mostly as it should be: a wrong status or type keeps the bytes from being read.
            context.Response.StatusCode = number % 10 == 9 ? 400 + (number / 10 % 200) : 200;
            context.Response.ContentType = (stream, number % 7) switch { (_, 5) => null, (_, 6) => "text/html", (true, _) => "text/event-stream", _ => "application/json" };
            number++;
            return context.Response.Body.WriteAsync(answer).AsTask();
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:up:Kind", kind),
            ("Gateway:Providers:up:BaseUrl", kind == "openai" ? upstream.Url + "/v1" : upstream.Url),
            ("Gateway:Providers:up:ApiKey", "sk-upstream-secret"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "up/up"));
        string ask = $$"""{"model":"m","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""";

        ApiForm form = kind == "openai" ? ApiForm.Chat : ApiForm.Messages;
        byte[][] corpus = [.. FuzzInputs.Attacks(stream ? "streams" : "answers").Select(Unescaped), .. FuzzInputs.Goldens(set => set.Upstream == form, stream ? "upstream-stream.sse" : "upstream-response.json")];
        await Fuzz.RunAsync(Mutations.Of(corpus), async bytes =>
        {
            answer = bytes;
            using HttpResponseMessage response = await gateway.PostAsync(path, ask);
            return await AnswerVerdict.KindAsync(path, response, sameForm ? Upstream.RelayedMistakes : Upstream.Bad);
        }, output);
    }

    /// <summary>A line of the corpus holds <c>\n</c> for the line feeds of a stream.</summary>
    private static byte[] Unescaped(byte[] line) =>
        System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(line).Replace("\\n", "\n", StringComparison.Ordinal));
}
