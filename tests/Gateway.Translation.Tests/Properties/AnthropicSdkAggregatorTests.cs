using System.Net;
using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>The official C# SDK as judge: it has the strictest aggregator of all.</summary>
public sealed class AnthropicSdkAggregatorTests
{
    private const int Damages = 30;

    public static TheoryData<string> Names => GoldenStreams.MessagesFromChat;

    /// <summary>Also what the gateway makes of a damaged upstream: what it calls complete must be so for the SDK too.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Complete_streams_are_aggregated(string name)
    {
        (GoldenCase golden, AnswerContext context, byte[] stream) = GoldenStreams.Load(name);
        await CheckAsync(TranslationRun.Stream(context, streaming: true, stream, [], clean: !golden.Reset));
        Random random = new(20261121);
        for (int i = 0; i < Damages; i++)
        {
            await CheckAsync(TranslationRun.Stream(context, streaming: true, Noise.Of(stream, random), [], clean: true));
        }
    }

    private static async Task CheckAsync(TranslationRun run)
    {
        if (run.Error is not null)
        {
            return;
        }

        using HttpClient http = new(new Canned(run.Bytes));
        AnthropicClient client = new() { ApiKey = "none", BaseUrl = "http://sdk.test", HttpClient = http, MaxRetries = 0 };
        Message message = await client.Messages
            .CreateStreaming(new() { Model = "gpt-4o", MaxTokens = 16, Messages = [new UserMessageParam("hi")] })
            .Aggregate();

        Assert.Equal(GoldenExchange.MessageId, message.ID);
        Assert.NotNull(message.StopReason);
        string sse = Encoding.UTF8.GetString(run.Bytes);
        Assert.Equal(sse.Split("event: content_block_start\n").Length - 1, message.Content.Count);
        foreach (ContentBlock block in message.Content)
        {
            if (block.TryPickToolUse(out ToolUseBlock? call))
            {
                Assert.NotEmpty(JsonSerializer.Serialize(call.Input));
            }

            if (block.TryPickText(out TextBlock? text))
            {
                Assert.NotEmpty(text.Text);
            }
        }
    }

    private sealed class Canned(byte[] stream) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            ByteArrayContent content = new(stream);
            content.Headers.ContentType = new("text/event-stream");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }
}
