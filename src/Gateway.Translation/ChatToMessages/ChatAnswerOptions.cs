using Gateway.Translation.Errors;

namespace Gateway.Translation.ChatToMessages;

/// <summary>What a Chat answer takes over from its request. Make it with <see cref="ChatRequest.AnswerOptions"/>.</summary>
public sealed record ChatAnswerOptions
{
    /// <summary>The model as the client named it.</summary>
    public required string Model { get; init; }

    /// <summary>The answer's id when the stream begins before the upstream has given one.</summary>
    public required string Id { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary>True for chunks, false for one <c>chat.completion</c>.</summary>
    public bool Streaming { get; init; }

    /// <summary>Ends the stream with a chunk that holds the usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Tools that the client declared as <c>custom</c>: their input is text, not JSON.</summary>
    public IReadOnlySet<string> CustomTools { get; init; } = new HashSet<string>();

    /// <summary>The JSON that was asked for comes as the input of a tool, because the model has no structured output.</summary>
    public bool JsonTool { get; init; }

    /// <summary>Takes out of errors what must not reach the client.</summary>
    public Redactor Redactor { get; init; } = new();

    /// <summary>Stands in for the input tokens until the upstream has said.</summary>
    public long EstimatedInput { get; init; }
}
