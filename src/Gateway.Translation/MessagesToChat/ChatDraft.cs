using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>The state of one request's translation. The first failure wins; what is written after it is thrown away.</summary>
internal sealed class ChatDraft(MessagesRequest request, ChatUpstream target, TranslationReport report) : IDisposable
{
    public MessagesRequest Request => request;

    public ChatUpstream Target => target;

    public Profile Profile => target.Profile;

    public TranslationReport Report => report;

    public ToolNames ToolNames { get; } = new(target.Profile.SchemaDialect == SchemaDialect.Gemini);

    /// <summary>Escaped text that had to be put together.</summary>
    public PooledBuffer Scratch { get; } = new();

    /// <summary>The last message is an assistant turn that the model is to continue.</summary>
    public bool EndsWithPrefill { get; set; }

    /// <summary>How many points of the prompt the upstream has been told to cache.</summary>
    public int CacheMarks { get; set; }

    /// <summary>The role of system messages, at the top and between turns.</summary>
    public ReadOnlySpan<byte> SystemRole => Profile.DeveloperRole ? "developer"u8 : "system"u8;

    public GatewayError? Error { get; private set; }

    public void Fail(string path, string problem) => Error ??= GatewayError.InvalidRequest($"{path}: {problem}");

    public void Dispose() => Scratch.Dispose();
}
