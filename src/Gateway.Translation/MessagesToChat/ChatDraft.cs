using System.Text.Json;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>The state of one request's translation. The first failure wins; what is written after it is thrown away.</summary>
internal sealed class ChatDraft(MessagesRequest request, ChatUpstream target, TranslationReport report, bool isResponses = false) : IDisposable
{
    /// <summary>It is written for a Responses server: tools and choices are flat there, and more kinds of parts are taken.</summary>
    public bool IsResponses => isResponses;

    /// <summary>What a refusal of the answer's format names.</summary>
    public string FormatParameter => isResponses ? "text.format" : "response_format";

    public MessagesRequest Request => request;

    public ChatUpstream Target => target;

    public Profile Profile => target.Profile;

    public TranslationReport Report => report;

    public ToolNames ToolNames { get; } = new(target.Profile.SchemaDialect == SchemaDialect.Gemini);

    /// <summary>Escaped text that had to be put together.</summary>
    public PooledBuffer Scratch { get; } = new();

    /// <summary>The last message is an assistant turn that the model is to continue.</summary>
    public bool EndsWithPrefill { get; set; }

    /// <summary>The model would think by itself, but must not, or it could not be made to call a tool.</summary>
    public bool ThinkingYields { get; set; }

    /// <summary>How many points of the prompt the upstream has been told to cache.</summary>
    public int CacheMarks { get; set; }

    /// <summary>How many messages, from the first, this target did not answer.</summary>
    public int ForeignMessages { get; } = target.Foreign.CountIn(request.Get("messages"u8));

    /// <summary>The role of system messages, at the top and between turns.</summary>
    public ReadOnlySpan<byte> SystemRole => Profile.DeveloperRole ? "developer"u8 : "system"u8;

    /// <summary>What the client of another API said beside the body.</summary>
    public RequestExtras Extras => request.Extras;

    /// <summary>The tool is declared and called with text, where the upstream knows such tools; others get an object that holds the text.</summary>
    public bool SaysCustom(string tool) => Profile.OpenAiFields && Extras.IsCustom(tool);

    /// <summary>Writes what the client said under the name that Chat has for it, or reports that it is left out.</summary>
    public void WriteSaid(Utf8JsonWriter json, Knob knob, bool accepted)
    {
        string name = ChatKnobs.NameOf(knob);
        JsonElement value = Extras[knob];
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        if (accepted && Target.Accepts(name))
        {
            json.WritePropertyName(name);
            json.WriteRaw(value);
        }
        else
        {
            Report.Dropped(name);
        }
    }

    public GatewayError? Error { get; private set; }

    public void Fail(string path, string problem) => Error ??= GatewayError.InvalidRequest($"{path}: {problem}");

    public void Dispose() => Scratch.Dispose();
}
