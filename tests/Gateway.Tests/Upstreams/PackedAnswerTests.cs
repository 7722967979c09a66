using System.Net;
using System.Text;
using Gateway.Tests.Support;
using Gateway.Translation.Json;
using Gateway.Upstreams;

namespace Gateway.Tests.Upstreams;

/// <summary>Answers in a content coding that nobody asked for.</summary>
public sealed class PackedAnswerTests
{
    private static readonly byte[] s_body = Encoding.UTF8.GetBytes("""{"id":"chatcmpl-1","choices":[{"text":"a text that is worth packing, packing, packing"}]}""");

    public static TheoryData<string, string> Codings => new() { { "gzip", "gzip" }, { "deflate", "deflate" }, { "deflate", "raw-deflate" }, { "br", "br" }, { "br, gzip", "br,gzip" } };

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Body_that_is_cut_off_is_a_broken_connection_and_never_its_end(string said, string done)
    {
        byte[] packed = Packing.Pack(s_body, done);
        for (int length = 1; length < packed.Length; length++)
        {
            (bool whole, byte[] body) = await ReadAsync(said, packed[..length], packed.Length);
            Assert.True(s_body.AsSpan().StartsWith(body));

            // Of two codings the inner one may be complete before the outer one is.
            Assert.False(whole && (body.Length < s_body.Length || !said.Contains(',', StringComparison.Ordinal)), $"cut after {length} of {packed.Length}");
        }
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Body_is_the_same_however_it_is_cut(string said, string done)
    {
        byte[] packed = Packing.Pack(s_body, done);
        for (int piece = 1; piece < 64; piece++)
        {
            (bool whole, byte[] body) = await ReadAsync(said, packed, piece);
            Assert.True(whole, $"in pieces of {piece}");
            Assert.Equal(s_body, body);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Packed_stream_is_passed_on_as_it_comes(string coding)
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.ContentEncoding = coding;
            using MemoryStream packed = new();
            await using (Stream packer = Packing.Into(packed, coding))
            {
                await SendAsync($"data: {FakeUpstream.Chunk("first")}\n\n");
                await seen.Task.PatientlyAsync();
                await SendAsync($"data: {FakeUpstream.LastChunk}\n\ndata: [DONE]\n\n");

                async Task SendAsync(string events)
                {
                    await packer.WriteAsync(Encoding.UTF8.GetBytes(events));
                    await packer.FlushAsync();
                    await context.Response.Body.WriteAsync(packed.ToArray());
                    await context.Response.Body.FlushAsync();
                    packed.SetLength(0);
                }
            }

            await context.Response.Body.WriteAsync(packed.ToArray());
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
        using EventStream events = await EventStream.OpenAsync(response);
        while (await events.ReadAsync() is { } next && next.Name != "content_block_delta")
        {
        }

        seen.SetResult();
        Assert.Equal("message_stop", (await events.ReadAllAsync())[^1].Name);
    }

    [Theory]
    [InlineData(true, "The upstream's answer is larger")]
    [InlineData(false, "The upstream's answer is larger")]
    public async Task Bomb_is_an_answer_that_is_too_large(bool stream, string message)
    {
        byte[] bomb = Packing.Pack([.. "{\"choices\":[{\"message\":{\"content\":\""u8, .. Enumerable.Repeat((byte)'a', 8 * 1024 * 1024), .. "\"}}]}"u8], "gzip,gzip");
        Assert.True(bomb.Length < 64 * 1024);
        string text = await AskAsync("gzip, gzip", bomb, stream);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("compress")]
    [InlineData(null)]
    public async Task Coding_that_nobody_here_knows_is_said(string? coding)
    {
        string text = await AskAsync(coding, [0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x00], stream: false);
        Assert.Contains("content-encoding other than gzip, deflate and br", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_is_packed_again_and_again_is_not_unpacked_for_ever()
    {
        string many = string.Join(',', Enumerable.Repeat("gzip", 4));
        Assert.Contains("content-encoding", await AskAsync(many, Packing.Pack(s_body, many), stream: false), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(string? coding, byte[] body, bool stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = coding;
            return context.Response.Body.WriteAsync(body).AsTask();
        };
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Upstream:MaxAnswerMegabytes", "1"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", $$"""{"model":"m","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Reads an answer that comes in pieces of a size.</summary>
    private static async Task<(bool Whole, byte[] Body)> ReadAsync(string coding, byte[] packed, int piece)
    {
        using HttpMessageInvoker upstream = new(new ScriptedUpstream(_ =>
        {
            HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StreamContent(new PieceStream(packed, piece)) };
            response.Content.Headers.TryAddWithoutValidation("content-encoding", coding);
            return Task.FromResult(response);
        }));
        using UpstreamCall call = Calls.Chat();
        using UpstreamExchange exchange = new(new UpstreamClient(upstream, upstream, null), call, new UpstreamTimeouts(), TimeProvider.System, CancellationToken.None);
        await exchange.BeginAsync();
        using PooledBuffer body = new();
        bool whole = await exchange.TryReadWholeAsync(body, 1024 * 1024);
        return (whole, body.Span.ToArray());
    }

    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
