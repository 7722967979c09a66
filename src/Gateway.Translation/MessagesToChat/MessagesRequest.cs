using System.Text.Json;
using System.Text.Unicode;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// A parsed body of <c>POST /v1/messages</c> or <c>/v1/messages/count_tokens</c>. The top level is checked here, blocks
/// where they are translated. The bytes must stay alive and unchanged until <see cref="Dispose"/>.
/// </summary>
public sealed class MessagesRequest : IDisposable
{
    private readonly JsonDocument _document;

    private MessagesRequest(JsonDocument document, ReadOnlyMemory<byte> body)
    {
        _document = document;
        Body = body;
    }

    public ReadOnlyMemory<byte> Body { get; }

    public JsonElement Root => _document.RootElement;

    public string Model { get; private set; } = "";

    public bool Stream { get; private set; }

    public OutputLimits Output { get; private set; }

    /// <summary>What the client of another API said beside the body.</summary>
    internal RequestExtras Extras { get; private init; } = RequestExtras.None;

    /// <summary>The client declares tools.</summary>
    public bool HasTools => Get("tools"u8).Items().MoveNext();

    /// <summary>The client lets its upstream search the web.</summary>
    public bool MaySearch => SearchWish.IsIn(Root);

    /// <summary>Tokens of input, roughly.</summary>
    public long EstimatedInput => PromptSize.Of(Root, Body.Length);

    /// <summary>The conversation's name, where the client gave it one.</summary>
    public string? Session => Identity.SessionOf(Get("metadata"u8).Text("user_id"u8)) ?? Root.Text("prompt_cache_key"u8);

    /// <summary>What the conversation is known by that has no name.</summary>
    public ConversationHead ReadHead() => ConversationHead.Of(Root);

    /// <summary>0 when it is absent, which only a count of tokens may do, and to warm a cache.</summary>
    public long MaxTokens => Output.MaxTokens ?? 0;

    /// <summary>A max_tokens of 0 warms a prompt cache without asking for an answer.</summary>
    public bool IsCacheWarmUp => Output.MaxTokens == 0;

    /// <summary>The client asked for the protocol of message threads, which needs a server that keeps conversations.</summary>
    public bool HasThread { get; private set; }

    /// <summary>Checks and reads the top level. Returns null and the error when the request cannot be served by anyone.</summary>
    public static MessagesRequest? TryParse(ReadOnlyMemory<byte> body, bool counting, out GatewayError? error) =>
        TryParse(body, counting, RequestExtras.None, out error);

    /// <summary>Reads what another API's request became in the hub; its client may have left max_tokens out.</summary>
    internal static MessagesRequest? TryParse(ReadOnlyMemory<byte> body, RequestExtras extras, out GatewayError? error) =>
        TryParse(body, counting: true, extras, out error);

    private static MessagesRequest? TryParse(ReadOnlyMemory<byte> body, bool counting, RequestExtras extras, out GatewayError? error)
    {
        if (!Utf8.IsValid(body.Span))
        {
            error = GatewayError.InvalidRequest("The request body is not valid UTF-8.");
            return null;
        }

        // Clients cut texts in the middle of a character. Upstreams refuse half a character, and the conversation with it for good.
        body = SurrogateHalves.ReplaceAlone(body);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, JsonFormat.DocumentOptions);
        }
        catch (JsonException e)
        {
            error = GatewayError.InvalidRequest($"The request body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine}). Send a JSON object.");
            return null;
        }

        MessagesRequest request = new(document, body) { Extras = extras };
        string? wrong = JsonNames.AreReadable(body.Span) ? request.Check(counting) : "The request body has a member whose name is not text.";
        error = wrong is null ? null : GatewayError.InvalidRequest(wrong);
        if (wrong is null)
        {
            return request;
        }

        request.Dispose();
        return null;
    }

    public void Dispose() => _document.Dispose();

    /// <summary>A member of the top level, or an undefined element; an explicit null counts as absent.</summary>
    public JsonElement Get(ReadOnlySpan<byte> name) => Root.Member(name);

    private string? Check(bool counting)
    {
        if (Root.ValueKind != JsonValueKind.Object)
        {
            return "The request body must be a JSON object.";
        }

        HasThread = Get("thread"u8).ValueKind != JsonValueKind.Undefined;
        JsonElement model = Get("model"u8);
        if (model.ValueKind != JsonValueKind.String || model.ValueEquals(""u8))
        {
            return model.ValueKind == JsonValueKind.Undefined ? "model: Field required" : "model: Input should be a non-empty string";
        }

        Model = model.AsText() ?? "";
        return ModelName.Problem(Model) is { } problem ? $"model: {problem}" : CheckStream() ?? CheckOutput(counting) ?? CheckMessages() ?? CheckTools();
    }

    private string? CheckStream()
    {
        JsonElement stream = Get("stream"u8);
        Stream = stream.ValueKind == JsonValueKind.True;
        return stream.ValueKind is JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False
            ? null
            : "stream: Input should be a boolean";
    }

    private string? CheckOutput(bool counting)
    {
        (Output, string? wrong) = OutputLimits.Read(Root, zeroWarmsCache: true);
        return wrong ?? (counting || HasThread || Get("max_tokens"u8).Exists() ? null : "max_tokens: Field required");
    }

    private string? CheckMessages()
    {
        JsonElement messages = Get("messages"u8);
        if (messages.ValueKind == JsonValueKind.Undefined)
        {
            return "messages: Field required";
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            return "messages: Input should be an array";
        }

        if (messages.GetArrayLength() == 0)
        {
            return "messages: at least one message is required";
        }

        int index = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (CheckMessage(message, index++) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private static string? CheckMessage(JsonElement message, int index)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return $"messages.{index}: Input should be an object";
        }

        JsonElement role = message.Member("role"u8);
        if (role.ValueKind == JsonValueKind.Undefined)
        {
            return $"messages.{index}.role: Field required";
        }

        if (role.Is("tool"u8) || role.Is("developer"u8) || role.Is("function"u8))
        {
            return $"messages.{index}.role: '{role.GetString()}' belongs to the OpenAI form; send this body to /v1/chat/completions, or use tool_result blocks";
        }

        if (!role.Is("user"u8) && !role.Is("assistant"u8) && !role.Is("system"u8))
        {
            return $"messages.{index}.role: Input should be 'user', 'assistant' or 'system'";
        }

        return message.Member("content"u8).ValueKind switch
        {
            JsonValueKind.String or JsonValueKind.Array => null,
            JsonValueKind.Undefined => $"messages.{index}.content: Field required",
            _ => $"messages.{index}.content: Input should be a string or an array of content blocks",
        };
    }

    private string? CheckTools()
    {
        JsonElement tools = Get("tools"u8);
        if (tools.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Array))
        {
            return "tools: Input should be an array";
        }

        if (tools.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        HashSet<string> names = [];
        int index = 0;
        foreach (JsonElement tool in tools.EnumerateArray())
        {
            if (tool.ValueKind != JsonValueKind.Object)
            {
                return $"tools.{index}: Input should be an object";
            }

            if (tool.Member("function"u8).ValueKind == JsonValueKind.Object)
            {
                return $"tools.{index}.function: belongs to the OpenAI form; send this body to /v1/chat/completions, or use name, description and input_schema";
            }

            if (tool.Text("name"u8) is { } name && !names.Add(name))
            {
                return $"tools.{index}.name: Tool names must be unique; '{name}' is there twice";
            }

            index++;
        }

        return null;
    }
}
