using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.MessagesToChat;

namespace Gateway.Translation.Tests.Golden;

/// <summary>Every folder of <c>Golden</c> is one case, named as the sentence that it proves.</summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Cases => [.. GoldenCase.All.Select(golden => golden.Name)];

    public static TheoryData<string> ToChat => [.. GoldenCase.All.Where(golden => golden.Set is { Client: ApiForm.Messages, Upstream: ApiForm.Chat }).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Wires_are_as_recorded(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        GoldenExchange exchange = GoldenExchange.Of(golden);
        switch (golden.Set.Kind)
        {
            case GoldenKind.Request:
                ExpectRequest(golden, exchange);
                break;
            case GoldenKind.Answer:
                Assert.Null(exchange.Refusal);
                ExpectAnswer(golden, GoldenAnswer.Of(golden, exchange));
                break;
            default:
                GoldenError.Expect(golden, GoldenError.FromUpstream(golden, golden.UpstreamError!.Value));
                break;
        }

        GoldenFiles.Expect(golden, "report.txt", exchange.Report.IsEmpty ? [] : Encoding.UTF8.GetBytes(exchange.Report + "\n"));
    }

    [Theory]
    [MemberData(nameof(ToChat))]
    public void What_goes_upstream_is_a_chat_completions_request(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        GoldenExchange exchange = GoldenExchange.Of(golden);
        if (exchange.Refusal is null)
        {
            Assert.Empty(new ChatRequestShape(GoldenTarget.ProfileOf(golden)).Problems(JsonElement.Parse(exchange.Upstream)));
        }
    }

    private static void ExpectRequest(GoldenCase golden, GoldenExchange exchange)
    {
        GoldenError.Expect(golden, exchange.Refusal);
        if (exchange.Refusal is null)
        {
            GoldenFiles.Expect(golden, "upstream-request.json", exchange.Upstream);
        }
        else
        {
            Assert.Empty(exchange.Upstream);
        }
    }

    private static void ExpectAnswer(GoldenCase golden, GoldenAnswer answer)
    {
        if (answer.Client.Length > 0)
        {
            GoldenFiles.Expect(golden, golden.Streaming ? "client-stream.sse" : "client-response.json", answer.Client);
        }

        GoldenError.Expect(golden, answer.Error);
    }
}
