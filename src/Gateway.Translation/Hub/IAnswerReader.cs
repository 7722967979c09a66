using System.Text.Json;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Hub;

/// <summary>
/// Understands one upstream answer: a pure state machine that owns its framing and tells what it reads to a sink. What
/// drives it is <see cref="AnswerTranslator"/>.
/// </summary>
internal interface IAnswerReader : IDisposable
{
    /// <summary>Bytes of an event that waits for its end.</summary>
    int PendingBytes { get; }

    /// <summary>What has been used so far, estimated where the upstream has not said.</summary>
    TokenUsage Usage { get; }

    /// <summary>The client has its last byte.</summary>
    bool Completed { get; }

    /// <summary>What the upstream said, or failed to say, in place of an answer.</summary>
    GatewayError? Error { get; }

    void Append(ReadOnlySpan<byte> upstream);

    /// <summary>Finds the next event. <paramref name="atEnd"/> also takes what nothing has closed.</summary>
    bool MoveNext(bool atEnd);

    /// <summary>Takes the event that was found.</summary>
    /// <exception cref="JsonException">It cannot be read, and nothing of it was told.</exception>
    void Take();

    /// <summary>Takes an answer that came as a whole.</summary>
    /// <exception cref="JsonException">It cannot be read.</exception>
    void TakeWhole(ReadOnlySpan<byte> body);

    /// <summary>The stream is over: <paramref name="clean"/> is false when the connection broke.</summary>
    void TakeEnd(bool clean);
}
