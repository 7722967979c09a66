using System.Net;
using System.Text;
using System.Threading.Channels;
using Gateway.Completions;
using Gateway.Http;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Tests.Support;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Http;

/// <summary>Moments that no network can be made to hit: the pump with an upstream, a client and a clock in the hand of the test.</summary>
public sealed class AnswerPumpTests
{
    private static readonly TimeSpan s_ping = new UpstreamTimeouts().Ping;

    [Fact]
    public async Task Bytes_that_come_in_the_moment_of_a_ping_are_not_lost()
    {
        UpstreamBody upstream = new();
        ManualTimers time = new();
        using MemoryStream client = new();
        Task<UpstreamFailure?> answer = RunAsync(upstream, client, time);
        await upstream.SendAsync(Event(FakeUpstream.Chunk("hi")));

        // The pump waits for more. The bytes are there first, but the timer is quicker to wake it.
        Action fire = await time.NextAsync(s_ping);
        upstream.Send(Event(FakeUpstream.LastChunk) + Event("[DONE]"));
        fire();

        Assert.Null(await answer.PatientlyAsync());
        Assert.Contains("event: message_stop", Encoding.UTF8.GetString(client.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_that_fails_leaves_no_read_running()
    {
        UpstreamBody upstream = new();
        ManualTimers time = new();
        using BreakingStream client = new();
        Task<UpstreamFailure?> answer = RunAsync(upstream, client, time);
        await upstream.SendAsync(Event(FakeUpstream.Chunk("hi")));
        Action fire = await time.NextAsync(s_ping);
        client.Broken = true;
        fire();

        await Assert.ThrowsAnyAsync<Exception>(() => answer.PatientlyAsync());
        Assert.False(upstream.IsReading);
        Assert.True(upstream.EndedBeforeDispose);
    }

    private static string Event(string data) => $"data: {data}\n\n";

    private static async Task<UpstreamFailure?> RunAsync(UpstreamBody upstream, Stream client, ManualTimers time)
    {
        byte[] body = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray();
        using MessagesClientRequest request = MessagesClientRequest.TryParse(body, out _)!;
        Target target = new(new Provider("fake", ProviderKind.OpenAi, "http://upstream.example/v1"), "up", Profile.Default);
        using UpstreamCall call = request.Prepare(target, new CallContext("req_1", "msg_1", 0, Lessons.None), out _)!;
        DefaultHttpContext http = new();
        http.Response.Body = client;
        using HttpMessageInvoker invoker = new(new OneAnswer(upstream));
        AnswerPump pump = new(http, new UpstreamClient(invoker, invoker, null), new UpstreamTimeouts(), new UpstreamLimits(), time, new RequestRecord("req_1", ClientForm.Anthropic, 0));
        return await pump.RunAsync(call, stream: true, null, CancellationToken.None);
    }

    private sealed class OneAnswer(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StreamContent(body) };
            response.Content.Headers.ContentType = new("text/event-stream");
            return Task.FromResult(response);
        }
    }

    /// <summary>A client that went away when <see cref="Broken"/> is set.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        public bool Broken { get; set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Broken ? throw new IOException("The client is gone.") : base.WriteAsync(buffer, cancellationToken);
    }

    /// <summary>Gives what the test sends, to a read that waits for it.</summary>
    private sealed class UpstreamBody : Stream
    {
        private readonly SemaphoreSlim _reading = new(0);
        private TaskCompletionSource<int>? _read;
        private Memory<byte> _buffer;

        public bool IsReading => _read is { Task.IsCompleted: false };

        public bool EndedBeforeDispose { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        /// <summary>Sends once the gateway reads.</summary>
        public async Task SendAsync(string text)
        {
            Assert.True(await _reading.WaitAsync(Patience.Limit));
            Send(text);
        }

        public void Send(string text) => _read!.SetResult(Encoding.UTF8.GetBytes(text, _buffer.Span));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // Who waits learns of it later, on another thread: so a timer can overtake.
            TaskCompletionSource<int> read = new(TaskCreationOptions.RunContinuationsAsynchronously);
            cancellationToken.Register(() => read.TrySetCanceled(cancellationToken));
            (_read, _buffer) = (read, buffer);
            _reading.Release();
            return new ValueTask<int>(read.Task);
        }

        protected override void Dispose(bool disposing)
        {
            EndedBeforeDispose |= !IsReading;
            base.Dispose(disposing);
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>Timers that go off when the test says so.</summary>
    private sealed class ManualTimers : TimeProvider
    {
        private readonly Channel<(TimeSpan Due, Action Fire)> _made = Channel.CreateUnbounded<(TimeSpan, Action)>();

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _made.Writer.TryWrite((dueTime, () => callback(state)));
            return new Timer();
        }

        /// <summary>The next timer of that time.</summary>
        public async Task<Action> NextAsync(TimeSpan due)
        {
            await foreach ((TimeSpan made, Action fire) in _made.Reader.ReadAllAsync())
            {
                if (made == due)
                {
                    return fire;
                }
            }

            throw new InvalidOperationException();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
