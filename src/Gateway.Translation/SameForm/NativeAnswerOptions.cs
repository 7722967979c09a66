using Gateway.Translation.Errors;

namespace Gateway.Translation.SameForm;

/// <summary>What a relayed answer takes over from its request.</summary>
public sealed record NativeAnswerOptions
{
    /// <summary>The model as the client named it: it takes the place of the upstream's name.</summary>
    public required string Model { get; init; }

    /// <summary>Goes into error events of the Anthropic form.</summary>
    public required string RequestId { get; init; }

    /// <summary>True when the client waits for a stream.</summary>
    public bool Streaming { get; init; }

    /// <summary>The gateway asked for the usage chunk (<see cref="SameFormRequest.WriteChat"/>), the client did not.</summary>
    public bool SwallowUsage { get; init; }

    /// <summary>A Chat stream that just ends is complete (profile flag <c>mayOmitFinish</c>).</summary>
    public bool MayOmitFinish { get; init; }

    /// <summary>Takes out of errors what must not reach the client.</summary>
    public Redactor Redactor { get; init; } = new();

    /// <summary>Stands in for the input tokens until the upstream has said.</summary>
    public long EstimatedInput { get; init; }

    /// <summary>The better and dearer estimate, made only when an answer has come without usage.</summary>
    public Lazy<long>? CountedInput { get; init; }
}
