using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using Gateway.Translation.Anthropic;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>The official C# SDK as judge: it has the strictest aggregator of all.</summary>
public sealed class AnthropicSdkAggregatorTests
{
    private const int Damages = 30;

    public static TheoryData<string> Streams => [.. AnswerGolden.CompleteNames];

    [Theory]
    [MemberData(nameof(Streams))]
    public Task Complete_streams_are_aggregated(string name) => CheckAsync(new AnswerGolden(name).Read("client-stream.sse"));

    /// <summary>What the gateway makes of a damaged upstream and calls complete must be so for the SDK too.</summary>
    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Complete_streams_of_damaged_upstreams_are_aggregated(string name)
    {
        AnswerGolden golden = new(name);
        Random random = new(20261121);
        for (int i = 0; i < Damages && golden.Has("upstream-stream.sse"); i++)
        {
            using ChatAnswerTranslator translator = golden.NewTranslator();
            ArrayBufferWriter<byte> client = new();
            translator.Read(Noise.Of(golden.Read("upstream-stream.sse"), random), client);
            translator.End(clean: true, client);
            if (translator.Error is null)
            {
                await CheckAsync(client.WrittenSpan.ToArray());
            }
        }
    }

    private static async Task CheckAsync(byte[] stream)
    {
        using HttpClient http = new(new Canned(stream));
        AnthropicClient client = new() { ApiKey = "none", BaseUrl = "http://sdk.test", HttpClient = http, MaxRetries = 0 };
        Message message = await client.Messages
            .CreateStreaming(new() { Model = "gpt-4o", MaxTokens = 16, Messages = [new UserMessageParam("hi")] })
            .Aggregate();

        Assert.Equal(AnswerGolden.MessageId, message.ID);
        Assert.NotNull(message.StopReason);
        string sse = Encoding.UTF8.GetString(stream);
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
