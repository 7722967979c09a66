using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Sse;
using Gateway.Upstreams.Credentials;

namespace Gateway.Upstreams;

/// <summary>
/// One call of an upstream within its time limits, the only way to one:
/// <code>
/// begin -> read -> read -> ... end
///   '-- or the error, read whole
/// </code>
/// Patience is used up by waiting, and renewed by news only: bytes that say nothing, or half of something, renew nothing.
/// Whatever breaks in here is the upstream's doing and comes back as a value; only that the caller stops is thrown.
/// While it waits for bytes it holds no memory for them.
/// </summary>
internal sealed class UpstreamExchange : IDisposable
{
    private const int ReadSize = 16 * 1024;

    /// <summary>Errors say what they have to say at their beginning; some repeat the whole request after it.</summary>
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>For the words of an error: its status is known.</summary>
    private static readonly TimeSpan s_errorPatience = TimeSpan.FromSeconds(10);

    /// <summary>No retry fills an account.</summary>
    private static readonly KeyValuePair<string, string>[] s_final = [new("x-should-retry", "false")];

    private readonly UpstreamClient _client;
    private readonly UpstreamCall _call;
    private readonly UpstreamTimeouts _timeouts;
    private readonly TimeProvider _time;
    private readonly ArrayPool<byte> _pool;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenRegistration _stopping;
    private readonly long _began;
    private HttpResponseMessage? _response;
    private Stream? _body;

    /// <summary>Null once the body has shown that nothing is packed any more.</summary>
    private ContentCodings? _codings;

    /// <summary>How long it may still be waited for something new. A client that is slow to take what came does not use it up.</summary>
    private TimeSpan _patience;

    /// <summary>From the beginning of the call to its end, however it moves.</summary>
    private TimeSpan _longest;

    public UpstreamExchange(UpstreamClient client, UpstreamCall call, UpstreamTimeouts timeouts, TimeProvider time, CancellationToken stop, ArrayPool<byte>? pool = null)
    {
        (_client, _call, _timeouts, _time, _stop, _pool) = (client, call, timeouts, time, stop, pool ?? ArrayPool<byte>.Shared);
        _limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stopping = stop.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), _limit);
        (_began, _patience, _longest) = (time.GetTimestamp(), timeouts.FirstByte, timeouts.Whole);
    }

    /// <summary>Null until the upstream has begun to answer.</summary>
    public UpstreamHeaders? Headers { get; private set; }

    public int Status => (int)(_response?.StatusCode ?? 0);

    public bool IsSuccess => _response is { IsSuccessStatusCode: true };

    /// <summary>Sends the request. Comes back with the head of the answer.</summary>
    public async ValueTask<Received> BeginAsync()
    {
        long since = BeginWait();
        try
        {
            _response = await _client.SendAsync(_call.Request, _limit.Token);
            Headers = new UpstreamHeaders(_response, _call.Request.Redactor);
            _codings = new ContentCodings(_response.Content.Headers);
            _call.Watch?.Headed(IsSuccess);
            EndWait(since);
            if (Headers.IsEventStream)
            {
                // A model that answers as a whole may think long after its headers; a stream has begun with them.
                _patience = Least(_patience, _timeouts.Idle);
            }

            return new Received(Arrival.Head);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException or NoTokenException)
        {
            // A connection that is reset in the moment in which it stands comes as the socket's own exception.
            return Broken(e);
        }
    }

    /// <summary>The next bytes of the body.</summary>
    [SuppressMessage("Reliability", "CA2022", Justification = "The read into no buffer only waits.")]
    public async ValueTask<Received> ReadAsync()
    {
        byte[]? buffer = null;
        long since = BeginWait();
        try
        {
            _body ??= await _response!.Content.ReadAsStreamAsync(_limit.Token);
            int length;
            do
            {
                // Comes back when there is something to read. An idle stream would hold a buffer for hours.
                await _body.ReadAsync(Memory<byte>.Empty, _limit.Token);
                buffer ??= _pool.Rent(ReadSize);
                length = await _body.ReadAsync(buffer, _limit.Token);
                if (length == 0)
                {
                    return new Received(Arrival.End);
                }
            }
            while (_codings is not null && Unpacks(buffer.AsSpan(0, length)));
            if (_body is null)
            {
                return new Received(Arrival.Packed);
            }

            EndWait(since);
            Received received = new(buffer, length, _pool);
            buffer = null;
            return received;
        }
        catch (Exception e)
        {
            return Broken(e);
        }
        finally
        {
            if (buffer is not null)
            {
                _pool.Return(buffer);
            }
        }
    }

    /// <summary>What came was something new. From here to the next such thing, whole, it is waited as long as a stream may be idle.</summary>
    public void Renew() => _patience = _timeouts.Idle;

    /// <summary>True when the bytes have to be read again, unpacked. No body is left when nobody can unpack them.</summary>
    private bool Unpacks(ReadOnlySpan<byte> first)
    {
        Stream packed = _body!;
        _body = _codings!.Undo(packed, first);
        if (_body is not null && _body != packed)
        {
            return true;
        }

        _codings = null;
        return false;
    }

    /// <summary>Reads the body, all of it within one patience. False when it is larger, or broke off; then the buffer holds what came before.</summary>
    public async ValueTask<bool> TryReadWholeAsync(PooledBuffer body, int limit)
    {
        while (true)
        {
            using Received received = await ReadAsync();
            if (received.Kind != Arrival.Bytes)
            {
                return received.Kind == Arrival.End;
            }

            if (body.Length == 0)
            {
                Renew();
            }

            int room = limit - body.Length;
            body.Append(received.Bytes[..Math.Min(room, received.Bytes.Length)]);
            if (received.Bytes.Length > room)
            {
                return false;
            }
        }
    }

    /// <summary>Reads an answer that is an error. Between servers of the same API its body may pass, cleaned of what is private.</summary>
    public async Task<UpstreamError> ReadErrorAsync()
    {
        Redactor redactor = _call.Request.Redactor;
        using PooledBuffer body = new();
        (_patience, _longest) = (s_errorPatience, Least(_longest, _time.GetElapsedTime(_began) + s_errorPatience));

        // What came with another status is nothing to read: after switched protocols not even HTTP.
        bool whole = UpstreamErrors.IsError(Status) && await TryReadWholeAsync(body, MaxErrorBytes);
        ReadOnlySpan<byte> said = OneValue.In(body.Span);
        GatewayError error = UpstreamErrors.FromResponse(Status, Headers!.Get, said, _call.Request.Target.Profile.ClientCredential, _call.Size, redactor).WithWaitFrom(_time.GetUtcNow());
        error = OperatorsMatter.Named(error, _call.Request);
        bool empty = error.Type == ErrorType.Billing;
        bool relay = _call.SameForm && whole && IsOfForm(said) && IsForClient(error) && !OperatorsMatter.Is(error) && !(empty && LooksPassing(Status));
        Refusal refusal = new(error)
        {
            Relayed = relay && redactor.ErrorObject(said) is { } clean ? new RelayedError(Status, clean) : null,
            Headers = [.. Headers.ForClient(_call, _time.GetUtcNow()), .. empty ? s_final : []],
        };
        return new UpstreamError(refusal, _call.SameForm || _call.Request.Endpoint == UpstreamEndpoint.Responses || Status is not (400 or 422 or 500) ? null : AnswerInError.Find(said));
    }

    /// <summary>In front of another cloud's models stands a door that has its own words for what is wrong.</summary>
    private bool IsOfForm(ReadOnlySpan<byte> error) =>
        _call.Request.Target.Provider.Cloud is null || UpstreamErrors.IsAnthropics(error);

    /// <summary>Clients of Responses try again or give up by the code: of what passes they get the gateway's, of what is wrong with the request the server's.</summary>
    private bool IsForClient(GatewayError error) =>
        _call.Request.Endpoint != UpstreamEndpoint.Responses || (error.Type == ErrorType.InvalidRequest && !ErrorBody.IsContextOverflow(error));

    /// <summary>Clients would send the request again and again, although the account is empty.</summary>
    private static bool LooksPassing(int status) => status is not (400 or 402 or 403);

    /// <summary>Ends what is being waited for.</summary>
    public Task GiveUpAsync() => _limit.CancelAsync();

    /// <summary>Whatever happened, no call is left running upstream.</summary>
    public void Dispose()
    {
        _limit.Cancel();
        _stopping.Dispose();
        _body?.Dispose();
        _response?.Dispose();
        _limit.Dispose();
    }

    private long BeginWait()
    {
        TimeSpan left = Least(_patience, _longest - _time.GetElapsedTime(_began));
        _limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        return _time.GetTimestamp();
    }

    private void EndWait(long since)
    {
        _limit.CancelAfter(Timeout.InfiniteTimeSpan);
        _patience -= _time.GetElapsedTime(since);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private Received Broken(Exception e)
    {
        _stop.ThrowIfCancellationRequested();
        if (e is not OperationCanceledException)
        {
            return new Received(e is NoTokenException ? Arrival.NoToken : Arrival.Lost, ConnectionProblem.Of(e, begun: Headers is not null));
        }

        _call.Watch?.TimedOut();
        return new Received(Arrival.TooSlow, ConnectionProblem.OfSilence(e, begun: Headers is not null));
    }
}
