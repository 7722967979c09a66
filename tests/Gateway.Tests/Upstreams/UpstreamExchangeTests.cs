using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Support;
using Gateway.Translation.Json;
using Gateway.Upstreams;

namespace Gateway.Tests.Upstreams;

/// <summary>An upstream and a clock: there is neither a client nor a translation here.</summary>
public sealed class UpstreamExchangeTests
{
    private static readonly UpstreamTimeouts s_timeouts = new() { FirstByte = TimeSpan.FromSeconds(600), Idle = TimeSpan.FromSeconds(300) };

    private readonly CountingPool _pool = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeClock _time = new();

    public static TheoryData<Exception> Failures =>
    [
        new HttpRequestException("refused"),
        new IOException("reset"),
        new SocketException((int)SocketError.NotConnected),
    ];

    [Fact]
    public async Task Idle_stream_holds_no_buffer()
    {
        ScriptedBody body = new();
        using UpstreamExchange exchange = Create(body.AsUpstream());
        Assert.Equal(Arrival.Head, (await exchange.BeginAsync()).Kind);
        Assert.Equal(0, _pool.Rented);
        for (int i = 1; i <= 3; i++)
        {
            Task<Received> reading = exchange.ReadAsync().AsTask();
            await body.ReadingAsync();
            Assert.Equal((i - 1, 0), (_pool.Rented, _pool.Held));
            body.Send("data: one\n\n");
            using (Received received = await reading.PatientlyAsync())
            {
                Assert.Equal("data: one\n\n", Encoding.UTF8.GetString(received.Bytes));
                Assert.Equal((i, 1), (_pool.Rented, _pool.Held));
            }

            Assert.Equal(0, _pool.Held);
        }

        body.End();
        Assert.Equal(Arrival.End, (await exchange.ReadAsync()).Kind);
        Assert.Equal(0, _pool.Held);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Call_that_fails_is_an_upstream_that_cannot_be_reached(Exception failure)
    {
        using HttpMessageInvoker upstream = new(new ScriptedUpstream(_ => throw failure));
        using UpstreamExchange exchange = Create(upstream);
        Received received = await exchange.BeginAsync();

        Assert.Equal(Arrival.Lost, received.Kind);
        Assert.Equal((529, true), (received.Failure!.Error.Status, received.Failure.MayFailOver));
    }

    /// <summary>Where it happened decides, whatever it is.</summary>
    [Theory]
    [MemberData(nameof(Failures))]
    [InlineData(null)]
    public async Task Read_that_fails_is_an_upstream_that_broke(Exception? failure)
    {
        ScriptedBody body = new();
        using UpstreamExchange exchange = Create(body.AsUpstream());
        await exchange.BeginAsync();
        Task<Received> reading = exchange.ReadAsync().AsTask();
        await body.ReadingAsync();
        body.Break(failure ?? new InvalidOperationException("never heard of"));

        Assert.Equal(Arrival.Lost, (await reading.PatientlyAsync()).Kind);
        Assert.Equal(0, _pool.Held);
    }

    /// <summary>What the network throws when its caller stops is not always a cancellation.</summary>
    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Stop_while_the_upstream_is_called_is_nobodys_failure(Exception failure)
    {
        using HttpMessageInvoker upstream = new(new ScriptedUpstream(async stop =>
        {
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw failure;
        }));
        using UpstreamExchange exchange = Create(upstream);
        Task<Received> waiting = exchange.BeginAsync().AsTask();
        await _stop.CancelAsync();

        Assert.Equal(_stop.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.PatientlyAsync())).CancellationToken);
    }

    [Fact]
    public async Task Stop_while_it_reads_is_nobodys_failure()
    {
        ScriptedBody body = new();
        using UpstreamExchange exchange = Create(body.AsUpstream());
        await exchange.BeginAsync();
        Task<Received> reading = exchange.ReadAsync().AsTask();
        await body.ReadingAsync();
        await _stop.CancelAsync();

        Assert.Equal(_stop.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => reading.PatientlyAsync())).CancellationToken);
    }

    [Fact]
    public async Task Silence_before_the_first_byte_ends_after_that_time()
    {
        using HttpMessageInvoker upstream = new(new ScriptedUpstream(async stop =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            throw new InvalidOperationException();
        }));
        using UpstreamExchange exchange = Create(upstream);
        Task<Received> waiting = exchange.BeginAsync().AsTask();
        _time.AdvanceSeconds(599);
        Assert.False(waiting.IsCompleted);
        _time.AdvanceSeconds(1);

        Received received = await waiting.PatientlyAsync();
        Assert.Equal(Arrival.TooSlow, received.Kind);
        Assert.Equal((504, true), (received.Failure!.Error.Status, received.Failure.MayFailOver));
    }

    /// <summary>A model that streams has begun with its headers; one that answers as a whole may think long after them.</summary>
    [Theory]
    [InlineData("text/event-stream", 300)]
    [InlineData("application/json", 600)]
    public async Task Silence_after_the_headers_ends_after_the_time_of_its_kind(string mediaType, int seconds)
    {
        ScriptedBody body = new();
        using UpstreamExchange exchange = Create(body.AsUpstream(mediaType));
        await exchange.BeginAsync();
        Task<Received> reading = exchange.ReadAsync().AsTask();
        await body.ReadingAsync();
        _time.AdvanceSeconds(seconds - 1);
        Assert.False(reading.IsCompleted);
        _time.AdvanceSeconds(1);

        Assert.Equal(Arrival.TooSlow, (await reading.PatientlyAsync()).Kind);
    }

    [Fact]
    public async Task Answer_that_moves_may_take_as_long_as_it_likes_but_for_one_that_must_end()
    {
        foreach ((TimeSpan whole, Arrival last) in new[] { (TimeSpan.MaxValue, Arrival.Bytes), (TimeSpan.FromSeconds(700), Arrival.TooSlow) })
        {
            ScriptedBody body = new();
            using UpstreamExchange exchange = Create(body.AsUpstream(), s_timeouts with { Whole = whole });
            await exchange.BeginAsync();
            Arrival arrival = Arrival.Bytes;
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(Arrival.Bytes, arrival);
                Task<Received> reading = exchange.ReadAsync().AsTask();
                await body.ReadingAsync();
                _time.AdvanceSeconds(250);
                if (!reading.IsCompleted)
                {
                    body.Send("more");
                }

                using Received received = await reading.PatientlyAsync();
                arrival = received.Kind;
                exchange.Renew();
            }

            Assert.Equal(last, arrival);
        }
    }

    /// <summary>Bytes that come are not yet progress; only who reads them can tell.</summary>
    [Fact]
    public async Task Bytes_that_say_nothing_new_do_not_renew_the_patience()
    {
        ScriptedBody body = new();
        using UpstreamExchange exchange = Create(body.AsUpstream());
        await exchange.BeginAsync();
        foreach ((int seconds, bool ends) in new[] { (150, false), (149, false), (1, true) })
        {
            Task<Received> reading = exchange.ReadAsync().AsTask();
            await body.ReadingAsync();
            _time.AdvanceSeconds(seconds);
            if (!ends)
            {
                body.Send(": keep-alive\n\n");
            }

            using Received received = await reading.PatientlyAsync();
            Assert.Equal(ends ? Arrival.TooSlow : Arrival.Bytes, received.Kind);
        }
    }

    /// <summary>A client that takes its time uses up nothing of what its upstream has.</summary>
    [Fact]
    public async Task Time_in_which_nobody_reads_does_not_count()
    {
        ScriptedBody body = new();
        using UpstreamExchange exchange = Create(body.AsUpstream());
        await exchange.BeginAsync();
        Task<Received> reading = exchange.ReadAsync().AsTask();
        await body.SendAsync("data: one\n\n");
        using Received first = await reading.PatientlyAsync();
        _time.AdvanceSeconds(400);
        reading = exchange.ReadAsync().AsTask();
        await body.ReadingAsync();
        _time.AdvanceSeconds(299);
        body.Send("data: two\n\n");
        using Received second = await reading.PatientlyAsync();
        Assert.Equal(Arrival.Bytes, second.Kind);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public async Task Body_is_read_whole_up_to_a_size(int limit, bool whole)
    {
        ScriptedBody body = new();
        using UpstreamExchange exchange = Create(body.AsUpstream("application/json"));
        await exchange.BeginAsync();
        using PooledBuffer buffer = new();
        Task<bool> reading = exchange.TryReadWholeAsync(buffer, limit).AsTask();
        await body.SendAsync("1234");
        await body.SendAsync("5678");
        if (whole)
        {
            await body.ReadingAsync();
            body.End();
        }

        Assert.Equal(whole, await reading.PatientlyAsync());
        Assert.Equal("12345678"[..limit], Encoding.UTF8.GetString(buffer.Span));
    }

    [Fact]
    public async Task Error_that_breaks_off_is_told_by_what_came_of_it_and_not_waited_for_long()
    {
        ScriptedBody body = new();
        using UpstreamExchange exchange = Create(body.AsUpstream("application/json", 429));
        await exchange.BeginAsync();
        Assert.False(exchange.IsSuccess);
        Task<UpstreamError> reading = exchange.ReadErrorAsync();
        await body.SendAsync("""{"error":{"message":"slow down""");
        await body.ReadingAsync();
        _time.AdvanceSeconds(10);

        Refusal refusal = (await reading.PatientlyAsync()).Refusal;
        Assert.Equal((429, "slow down"), (refusal.Error.Status, refusal.Error.Message));
        Assert.Null(refusal.Relayed);
    }

    [Fact]
    public async Task Giving_up_ends_the_read_before_anything_is_disposed_of()
    {
        ScriptedBody body = new();
        UpstreamExchange exchange = Create(body.AsUpstream());
        await exchange.BeginAsync();
        Task<Received> reading = exchange.ReadAsync().AsTask();
        await body.ReadingAsync();
        await exchange.GiveUpAsync();
        Assert.Equal(Arrival.TooSlow, (await reading.PatientlyAsync()).Kind);
        exchange.Dispose();

        Assert.False(body.IsReading);
        Assert.True(body.EndedBeforeDispose);
    }

    private UpstreamExchange Create(HttpMessageInvoker upstream, UpstreamTimeouts? timeouts = null) =>
        new(new UpstreamClient(upstream, upstream, null), Calls.Chat(), timeouts ?? s_timeouts, _time, _stop.Token, _pool);
}
