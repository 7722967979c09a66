using System.Buffers;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Hub;

/// <summary>
/// Turns one upstream answer into what the client expects: a pure state machine, bytes in, bytes out.
/// One instance serves one answer; it is not thread-safe and does no I/O. Whether the client gets a stream or a
/// whole body is fixed when the instance is made; the upstream may answer in either way.
/// </summary>
public interface IAnswerTranslator : IDisposable
{
    /// <summary>True once bytes for the client exist: from then on an error can only be told inside the stream.</summary>
    bool Started { get; }

    /// <summary>True once the client has its last byte: the upstream call may be dropped.</summary>
    bool Completed { get; }

    /// <summary>Set when the answer is an error. While <see cref="Started"/> is false it belongs into an HTTP error.</summary>
    GatewayError? Error { get; }

    /// <summary>What has been used so far, estimated where the upstream has not said.</summary>
    TokenUsage Usage { get; }

    /// <summary>Bytes of an event that waits for its end: the only thing that grows although nothing comes out.</summary>
    int PendingBytes { get; }

    /// <summary>Takes bytes of an event stream, cut anywhere.</summary>
    void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client);

    /// <summary>The event stream is over: <paramref name="clean"/> is false when the connection broke.</summary>
    void End(bool clean, IBufferWriter<byte> client);

    /// <summary>Takes the body of an upstream that answered as a whole.</summary>
    void ReadWhole(ReadOnlySpan<byte> upstream, IBufferWriter<byte> client);

    /// <summary>Begins the client's stream although the upstream has said nothing yet.</summary>
    void Start(IBufferWriter<byte> client);

    /// <summary>A sign of life for clients that give up on silence.</summary>
    void Ping(IBufferWriter<byte> client);

    /// <summary>Ends the client's stream with an error event.</summary>
    void Fail(GatewayError error, IBufferWriter<byte> client);
}
