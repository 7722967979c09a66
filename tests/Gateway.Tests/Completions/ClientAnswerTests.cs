using System.Text;
using Gateway.Completions;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Completions;

/// <summary>A response and a clock: where the bytes come from does not matter here.</summary>
public sealed class ClientAnswerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ManualTimers _time = new();
    private readonly DefaultHttpContext _http = new();
    private readonly ClientStream _stream = new();
    private readonly Connection _connection = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _order = [];

    public ClientAnswerTests()
    {
        _http.Response.Body = _stream;
        _http.Features.Set<IHttpRequestLifetimeFeature>(_connection);
        _stream.Writing = () => _order.Add("bytes");
    }

    [Fact]
    public async Task Head_comes_once_and_before_the_first_byte()
    {
        using ClientAnswer answer = Create();
        Assert.Empty(_order);
        Assert.True(await answer.WriteAsync("one"u8.ToArray()));
        Assert.True(await answer.WriteAsync("two"u8.ToArray()));

        Assert.Equal(["head", "bytes", "bytes"], _order);
        Assert.Equal("onetwo", _stream.Text);
        Assert.Null(_http.Response.ContentLength);
    }

    [Fact]
    public async Task Whole_answer_says_how_long_it_is()
    {
        using ClientAnswer answer = Create();
        Assert.True(await answer.WriteWholeAsync(new byte[40_000]));

        Assert.Equal(40_000, _http.Response.ContentLength);
        Assert.Equal("head", _order[0]);
        Assert.Equal(40_000, _stream.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_that_fails_is_a_client_that_is_gone(bool whole)
    {
        _stream.Broken = new IOException("The client is gone.");
        using ClientAnswer answer = Create();

        Assert.False(await (whole ? answer.WriteWholeAsync("one"u8.ToArray()) : answer.WriteAsync("one"u8.ToArray())));
    }

    [Fact]
    public async Task Write_that_fails_since_the_request_is_to_end_says_so()
    {
        _stream.Broken = new IOException("Aborted.");
        using ClientAnswer answer = Create();
        await _stop.CancelAsync();

        OperationCanceledException stopped = await Assert.ThrowsAsync<OperationCanceledException>(() => answer.WriteAsync("one"u8.ToArray()).AsTask());
        Assert.Equal(_stop.Token, stopped.CancellationToken);
    }

    /// <summary>Cutting the connection also ends the request: that must not look like somebody else's wish.</summary>
    [Fact]
    public async Task Client_that_takes_nothing_for_too_long_is_cut_off_and_gone()
    {
        _stream.Stuck = true;
        _connection.Aborting = _stop.Cancel;
        using ClientAnswer answer = Create();
        Task<bool> write = answer.WriteAsync("one"u8.ToArray()).AsTask();
        Action fire = await _time.NextAsync(s_patience);
        Assert.False(_connection.IsAborted);
        fire();

        Assert.False(await write.PatientlyAsync());
        Assert.True(_connection.IsAborted);
        Assert.False(await answer.WriteAsync("two"u8.ToArray()));
    }

    /// <summary>Such as a length that was promised and is not kept: nobody left, and the operator has to know.</summary>
    [Fact]
    public async Task Mistake_of_the_gateway_is_not_taken_for_a_client_that_is_gone()
    {
        _stream.Broken = new InvalidOperationException("Too many bytes.");
        using ClientAnswer answer = Create();

        await Assert.ThrowsAsync<InvalidOperationException>(() => answer.WriteAsync("one"u8.ToArray()).AsTask());
    }

    private ClientAnswer Create() => new(_http.Response, () => _order.Add("head"), s_patience, _time, _stop.Token);

    private sealed class ClientStream : MemoryStream
    {
        public Exception? Broken { get; set; }

        public bool Stuck { get; set; }

        public Action Writing { get; set; } = () => { };

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Broken is not null)
            {
                throw Broken;
            }

            if (Stuck)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            Writing();
            await base.WriteAsync(buffer, cancellationToken);
        }
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public Action Aborting { get; set; } = () => { };

        public void Abort()
        {
            IsAborted = true;
            Aborting();
        }
    }
}
