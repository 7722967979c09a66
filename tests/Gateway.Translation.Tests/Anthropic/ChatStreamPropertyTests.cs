using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Anthropic;
using Anthropic.Models.Messages;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>What holds for every stream of a chat server, with thinking asked for and not.</summary>
public sealed class ChatStreamPropertyTests
{
    public static TheoryData<string, bool> Streams
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string name in ChatStreams.All.Keys)
            {
                data.Add(name, true);
                data.Add(name, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Any_chunking_gives_the_same_events(string name, bool thinking) =>
        StreamProperties.AnyChunkingGivesTheSameBytes(ChatStreams.All[name], () => Create(thinking));

    [Theory]
    [MemberData(nameof(Streams))]
    public void Cut_after_any_byte_gives_a_whole_stream_or_one_that_ends_in_an_error(string name, bool thinking) =>
        StreamProperties.CutAnywhereEndsCompleteOrInOneError(ChatStreams.All[name], () => Create(thinking), "event: error\n", "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");

    [Theory]
    [MemberData(nameof(Streams))]
    public void Cut_after_any_byte_never_breaks_the_grammar(string name, bool thinking)
    {
        byte[] upstream = ChatStreams.All[name];
        foreach (bool clean in (bool[])[true, false])
        {
            for (int length = 0; length <= upstream.Length; length++)
            {
                string client = Translate(upstream.AsSpan(0, length), thinking, clean);
                if (client.Length > 0)
                {
                    MessageGrammar.Check(client);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Noise_never_throws(string name, bool thinking) =>
        StreamProperties.NoiseNeverThrows(ChatStreams.All[name], () => Create(thinking));

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Whole_stream_is_accepted_by_the_official_aggregator(string name, bool thinking)
    {
        string client = Translate(ChatStreams.All[name], thinking, clean: true);
        if (client.Length == 0 || client.Contains("event: error", StringComparison.Ordinal))
        {
            // The error cases: the SDK's part is to throw, which the tests over HTTP show.
            Assert.Contains("error", name, StringComparison.Ordinal);
            return;
        }

        using HttpClient http = new(new Canned(client));
        AnthropicClient sdk = new() { ApiKey = "key", BaseUrl = "http://stream.invalid", HttpClient = http, MaxRetries = 0 };
        Message message = await sdk.Messages.CreateStreaming(new() { Model = "m", MaxTokens = 10, Messages = [new UserMessageParam("a")] }).Aggregate();
        Assert.NotNull(message.StopReason);
    }

    private static ChatAnswerTranslator Create(bool thinking) => new(
        new ChatExchange(new ChatTarget("m", "p", "up", Profile.Default), new TranslationReport())
        {
            ToolNames = new Dictionary<string, string>(),
            ThinkingWanted = thinking,
        },
        "msg_1",
        streaming: true);

    private static string Translate(ReadOnlySpan<byte> upstream, bool thinking, bool clean)
    {
        using ChatAnswerTranslator translator = Create(thinking);
        ArrayBufferWriter<byte> client = new();
        translator.Read(upstream, client);
        translator.End(clean, client);
        return Encoding.UTF8.GetString(client.WrittenSpan);
    }

    /// <summary>Answers every request with the same stream.</summary>
    private sealed class Canned(string stream) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            ByteArrayContent content = new(Encoding.UTF8.GetBytes(stream));
            content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }
}
