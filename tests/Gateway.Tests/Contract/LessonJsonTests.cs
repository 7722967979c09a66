using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Contract;

/// <summary>What scripts read of what was learned: see <see cref="OperatorJsonTests"/>.</summary>
public sealed class LessonJsonTests
{
    [Fact]
    public async Task Lessons()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        upstream.Answer = context => upstream.Received.Last().Json.GetProperty("max_completion_tokens").GetInt32() > 1000
            ? FakeUpstream.Json(
                context,
                400,
                """{"error":{"message":"max_tokens is too large. This model supports at most 1000 completion tokens.","type":"invalid_request_error","param":"max_tokens","code":"invalid_value"}}""")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        using HttpResponseMessage taught = await gateway.PostAsync("/v1/messages", """{"model":"m","max_tokens":2000,"messages":[{"role":"user","content":"Hello"}]}""");
        Assert.True(taught.IsSuccessStatusCode);

        Shape.Is(
            """
            data[].expires_at string
            data[].key_id string
            data[].learned_at string
            data[].max_output_tokens number
            data[].parameter string
            data[].request_id string
            data[].target string
            """,
            (await gateway.AskAsync(GatewayServer.Key, "/manage/learned", null, "GET")).Json);
        Shape.Is("cleared number", (await gateway.AskAsync(GatewayServer.Key, "/manage/learned", null, "DELETE")).Json);
    }
}
