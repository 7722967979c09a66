using System.Buffers;
using Gateway.Translation.Errors;
using Gateway.Upstreams.Credentials;

namespace Gateway.Upstreams;

/// <summary>What came of waiting for an upstream.</summary>
internal enum Arrival
{
    /// <summary>Status and headers.</summary>
    Head,

    /// <summary>Some bytes of the body.</summary>
    Bytes,

    /// <summary>The body is over.</summary>
    End,

    /// <summary>The connection was never made, or broke.</summary>
    Lost,

    /// <summary>Nothing, for longer than the gateway waits.</summary>
    TooSlow,

    /// <summary>The upstream was not asked: the gateway's identity got no token for it.</summary>
    NoToken,

    /// <summary>Bytes in a content coding that the gateway did not ask for and cannot undo.</summary>
    Packed,
}

/// <summary>One arrival with its bytes. They are rented: give them back.</summary>
internal readonly struct Received : IDisposable
{
    private readonly byte[]? _rented;
    private readonly int _length;
    private readonly ArrayPool<byte>? _pool;

    /// <param name="kind">What came of it.</param>
    /// <param name="why">What went wrong, for people; null when nothing did.</param>
    public Received(Arrival kind, string? why = null) => (Kind, Why) = (kind, why);

    /// <param name="rented">Holds the bytes.</param>
    /// <param name="length">How many they are.</param>
    /// <param name="pool">Where the array goes back to.</param>
    public Received(byte[] rented, int length, ArrayPool<byte> pool) =>
        (Kind, _rented, _length, _pool) = (Arrival.Bytes, rented, length, pool);

    public Arrival Kind { get; }

    public string? Why { get; }

    public ReadOnlySpan<byte> Bytes => _rented.AsSpan(0, _length);

    /// <summary>The upstream's failure in the gateway's words; null when it is none.</summary>
    public Refusal? Failure => Kind switch
    {
        Arrival.Lost => new Refusal(GatewayError.Overloaded($"The upstream could not be reached{(Why is null ? "" : $": {Why}")}. Please try again.")) { Reason = Why },
        Arrival.TooSlow => new Refusal(GatewayError.Timeout("The upstream did not answer in time. Please try again.")) { Reason = Why },
        Arrival.NoToken => new Refusal(GatewayError.Api($"{Why ?? NoTokenException.OfIdentity} The gateway's log says why.") with { ShouldRetry = false }) { Reason = Why },
        Arrival.Packed => new Refusal(GatewayError.BadGateway("The upstream packed its answer with a content-encoding other than gzip, deflate and br.")),
        _ => null,
    };

    public void Dispose()
    {
        if (_rented is not null)
        {
            _pool!.Return(_rented);
        }
    }
}
