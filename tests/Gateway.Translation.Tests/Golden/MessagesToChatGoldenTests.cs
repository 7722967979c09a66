using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Tests.MessagesToChat;
using Gateway.Translation.Tests.Properties;

namespace Gateway.Translation.Tests.Golden;

/// <summary>
/// Anthropic client, OpenAI-compatible upstream: each folder under Golden/MessagesToChat is one case, named as the
/// sentence that it proves.
/// </summary>
public class MessagesToChatGoldenTests
{
    internal const string Direction = "MessagesToChat";

    public static TheoryData<string> Names => [.. GoldenCase.All(Direction).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Golden_holds(string name)
    {
        GoldenCase golden = GoldenCase.Of(Direction, name);
        TranslationRun request = TranslationRun.Request(golden.ClientRequest, golden.ReadTarget());
        if (request.Context is null)
        {
            Assert.True(golden.Error is { UpstreamStatus: null }, $"refused: {request.Error?.Message}");
            golden.Error.AssertMatches(request.Error);
            return;
        }

        if (golden.UpstreamRequest is { } upstream)
        {
            JsonAssert.Equal(upstream, request.Bytes);
        }

        Assert.Equal(golden.Report ?? "", request.Report);
        AssertAnswer(golden, request);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_goes_upstream_is_a_chat_completions_request(string name)
    {
        GoldenCase golden = GoldenCase.Of(Direction, name);
        ChatUpstream target = golden.ReadTarget();
        TranslationRun request = TranslationRun.Request(golden.ClientRequest, target);
        if (request.Context is not null)
        {
            Assert.Empty(new ChatRequestShape(target.Profile).Problems(JsonElement.Parse(request.Bytes)));
        }
    }

    private static void AssertAnswer(GoldenCase golden, TranslationRun request)
    {
        if (golden.Error is { UpstreamStatus: { } status } refused)
        {
            GatewayError error = UpstreamErrors.FromResponse(status, refused.Header, refused.UpstreamBody, golden.ReadTarget().Profile.ClientCredential);
            refused.AssertMatches(error);
            return;
        }

        TranslationRun? answer = golden.UpstreamStream is { } events ? TranslationRun.Stream(request.Context!, golden.Streaming, events, [], clean: !golden.Reset)
            : golden.UpstreamResponse is { } body ? TranslationRun.Whole(request.Context!, golden.Streaming, body)
            : null;
        if (answer is null)
        {
            Assert.True(golden.Error is null, "the request was to be refused");
            return;
        }

        if (golden.ClientStream is { } clientStream)
        {
            Assert.Equal(Encoding.UTF8.GetString(clientStream), Encoding.UTF8.GetString(answer.Bytes));
            Assert.Equal(answer.Error is null ? StreamEnd.Complete : StreamEnd.Error, MessageStream.Check(answer.Bytes));
        }
        else if (golden.ClientResponse is { } clientResponse)
        {
            Assert.Null(answer.Error);
            JsonAssert.Equal(clientResponse, answer.Bytes);
        }
        else
        {
            Assert.Empty(answer.Bytes);
            Assert.NotNull(golden.Error);
        }

        golden.Error?.AssertMatches(answer.Error);
    }
}
