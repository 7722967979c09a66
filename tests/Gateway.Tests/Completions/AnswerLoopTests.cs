using System.Text;
using Gateway.Bounds;
using Gateway.Completions;
using Gateway.Requests;
using Gateway.Tests.Support;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Completions;

/// <summary>Moments that no network can be made to hit: the loop with an upstream, a client and a clock in the hand of the test.</summary>
public sealed class AnswerLoopTests
{
    private static readonly TimeSpan s_ping = new UpstreamTimeouts().Ping;

    private readonly ScriptedBody _upstream = new();
    private readonly ManualTimers _time = new();
    private readonly BreakingStream _client = new();
    private readonly CountingPool _pool = new();
    private readonly CancellationTokenSource _stop = new();
    private UpstreamAttempt? _attempt;

    private string Answered => Encoding.UTF8.GetString(_client.ToArray());

    [Fact]
    public async Task Bytes_that_come_in_the_moment_of_a_ping_are_not_lost()
    {
        Task<Outcome> answer = RunAsync();
        await _upstream.SendAsync(Event(FakeUpstream.Chunk("hi")));

        // The loop waits for more. The bytes are there first, but the timer is quicker to wake it.
        Action fire = await _time.NextAsync(s_ping);
        _upstream.Send(Event(FakeUpstream.LastChunk) + Event("[DONE]"));
        fire();

        Assert.IsType<Outcome.Answered>(await answer.PatientlyAsync());
        Assert.Contains("event: message_stop", Answered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_that_fails_is_a_client_that_left_and_leaves_no_read_running()
    {
        Task<Outcome> answer = RunAsync();
        await _upstream.SendAsync(Event(FakeUpstream.Chunk("hi")));
        Action fire = await _time.NextAsync(s_ping);
        _client.Broken = true;
        fire();

        Assert.IsType<Outcome.ClientLeft>(await answer.PatientlyAsync());
        Assert.False(_upstream.IsReading);
        Assert.True(_upstream.EndedBeforeDispose);
        Assert.Equal(0, _pool.Held);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_that_fails_is_the_clients_doing_and_not_the_upstreams(bool stream)
    {
        _client.Broken = true;
        Task<Outcome> answer = RunAsync(stream);
        await _upstream.SendAsync(Event(FakeUpstream.Chunk("hi")) + Event(FakeUpstream.LastChunk) + Event("[DONE]"));

        Assert.IsType<Outcome.ClientLeft>(await answer.PatientlyAsync());
    }

    [Fact]
    public async Task Read_that_fails_is_the_upstreams_doing_and_not_the_clients()
    {
        Task<Outcome> answer = RunAsync();
        await _upstream.SendAsync(Event(FakeUpstream.Chunk("hi")));
        await _upstream.ReadingAsync();
        _upstream.Break(new IOException("The client is gone."));

        Assert.IsType<Outcome.BrokenOff>(await answer.PatientlyAsync());
        Assert.Contains("event: error", Answered, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_of_the_gateway_is_neithers(bool writes)
    {
        Task<Outcome> answer = RunAsync();
        await _upstream.SendAsync(Event(FakeUpstream.Chunk("hi")));
        await _upstream.ReadingAsync();
        if (writes)
        {
            _client.Writing = _stop.Cancel;
            _client.Broken = true;
            _upstream.Send(Event(FakeUpstream.Chunk("more")));
        }
        else
        {
            await _stop.CancelAsync();
        }

        Assert.Equal(_stop.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => answer.PatientlyAsync())).CancellationToken);
        Assert.True(_upstream.EndedBeforeDispose);
        Assert.DoesNotContain("event: error", Answered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Idle_stream_holds_no_memory_for_what_may_come()
    {
        Task<Outcome> answer = RunAsync();
        for (int i = 0; i < 3; i++)
        {
            await _upstream.SendAsync(Event(FakeUpstream.Chunk("hi")));

            // It waits again: the ping's timer is set once the read does not come back at once.
            await _time.NextAsync(s_ping);
            Assert.Equal((0, 0), (_pool.Held, _attempt!.Output.Capacity));
        }

        await _upstream.SendAsync(Event(FakeUpstream.LastChunk) + Event("[DONE]"));
        Assert.IsType<Outcome.Answered>(await answer.PatientlyAsync());
        Assert.Equal(4, _pool.Rented);
    }

    private static string Event(string data) => $"data: {data}\n\n";

    private async Task<Outcome> RunAsync(bool stream = true)
    {
        DefaultHttpContext http = new();
        http.Response.Body = _client;
        UpstreamTimeouts timeouts = new();
        using HttpMessageInvoker invoker = _upstream.AsUpstream();
        using UpstreamCall call = Calls.Chat(stream);
        using UpstreamExchange exchange = new(new UpstreamClient(invoker, invoker, null), call, timeouts, _time, _stop.Token, _pool);
        using MemoryGate memory = new(new BoundsOptions(), _time);
        using MemoryShare kept = memory.Begin(_stop.Token);
        using UpstreamAttempt attempt = _attempt = new(exchange, call, stream, new UpstreamLimits(), kept, new RequestRecord("req_1", ApiForm.Messages, 0), _time);
        using ClientAnswer client = new(http.Response, () => { }, timeouts.ClientWrite, _time, _stop.Token);
        KeepAlive company = new(stream ? timeouts.Commit : Timeout.InfiniteTimeSpan, timeouts.Ping, 0, _time);
        return await new AnswerLoop(exchange, attempt, company, client, stream, default, () => { }, null).RunAsync();
    }

    /// <summary>A client that went away when <see cref="Broken"/> is set.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        public bool Broken { get; set; }

        public Action Writing { get; set; } = () => { };

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writing();
            return Broken ? throw new IOException("The client is gone.") : base.WriteAsync(buffer, cancellationToken);
        }
    }
}
