using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Turns an assistant message into thinking, text and calls, in the order in which Claude says them.</summary>
internal sealed class AssistantBlocks(JsonElement message, string path, ToolIds ids, TranslationReport report)
{
    private const string Cure = "an assistant message holds text, refusal, thinking and tool_use parts";

    /// <summary>Ids of the calls in the content: clients that repeat them in <c>tool_calls</c> mean the same calls.</summary>
    private readonly HashSet<string> _inContent = [];

    public List<MessageBlock> Blocks { get; } = [];

    /// <summary>The message held reasoning that no block could hold.</summary>
    public bool HadOtherReasoning { get; private set; }

    public GatewayError? Read()
    {
        List<MessageBlock> content = [];
        GatewayError? error = ChatContent.Read(message.Member("content"u8), path + ".content", content, (part, type, at) => Part(part, type, at, content));
        if (!content.Exists(block => block is MessageBlock.Thinking or MessageBlock.RedactedThinking))
        {
            HadOtherReasoning = ReasoningFields.Add(message, Blocks);
        }

        Blocks.AddRange(content);
        JsonElement refusal = message.Member("refusal"u8);
        if (refusal.IsText() && !refusal.IsBlank())
        {
            Blocks.Add(new MessageBlock.Text(refusal, WasString: true));
        }

        return error ?? Calls() ?? Unreadable();
    }

    private GatewayError? Part(JsonElement part, string type, string at, List<MessageBlock> content)
    {
        switch (type)
        {
            case "thinking" or "reasoning" or "redacted_thinking":
                return ReasoningFields.AddPart(part, content) ? null : GatewayError.InvalidRequest($"{at}.thinking: Field required; or data of redacted_thinking");
            case "tool_use":
                JsonElement id = part.Member("id"u8);
                if (!id.IsEmptyText())
                {
                    _inContent.Add(id.Text());
                }

                return AddCall(id, part, part.Member("input"u8), at, content);
            case "server_tool_use" or "mcp_tool_use":
            case var result when result.EndsWith("_tool_result", StringComparison.Ordinal):
                content.Add(new MessageBlock.Native(part));
                return null;
            case "tool_result":
                return ChatContent.Refuse(at, type, "results belong into user messages, or into messages of the role tool");
            default:
                return ChatContent.Refuse(at, type, Cure);
        }
    }

    private GatewayError? Calls()
    {
        JsonElement calls = message.Member("tool_calls"u8);
        if (calls.Exists() && !calls.IsArray())
        {
            return GatewayError.InvalidRequest($"{path}.tool_calls: must be an array");
        }

        int index = 0;
        foreach (JsonElement call in calls.Items())
        {
            if (Call(call, $"{path}.tool_calls.{index++}") is { } error)
            {
                return error;
            }
        }

        JsonElement legacy = message.Member("function_call"u8);
        return legacy.IsObject() ? AddCall(default, legacy, legacy.Member("arguments"u8), path + ".function_call", Blocks) : null;
    }

    /// <summary>A call in the form of Chat; frameworks also write those of Responses, LangChain and Messages here.</summary>
    private GatewayError? Call(JsonElement call, string at)
    {
        JsonElement id = call.Member("id"u8);
        id = id.Exists() ? id : call.Member("call_id"u8);
        if (id.IsText() && _inContent.Contains(id.Text()))
        {
            return null;
        }

        JsonElement custom = call.Member("custom"u8);
        JsonElement function = call.Member("function"u8);
        GatewayError? error;
        if (custom.IsObject())
        {
            byte[] input = ToolInput.Wrap("input", custom.Member("input"u8).Text());
            Blocks.Add(new MessageBlock.ToolUse(ids.Open(id.Text(), custom.Member("name"u8).Text()), Name(custom), input));
            error = null;
        }
        else if (function.IsObject())
        {
            error = AddCall(id, function, function.Member("arguments"u8), at + ".function", Blocks);
        }
        else if (call.Member("name"u8).IsText())
        {
            JsonElement arguments = call.Member("arguments"u8);
            arguments = arguments.Exists() ? arguments : call.Member("args"u8);
            error = AddCall(id, call, arguments.Exists() ? arguments : call.Member("input"u8), at, Blocks);
        }
        else
        {
            return GatewayError.InvalidRequest($"{at}.function: Field required");
        }

        if (error is null)
        {
            Blocks[^1].CacheControl = call.Member("cache_control"u8);
        }

        return error;
    }

    private GatewayError? AddCall(JsonElement id, JsonElement function, JsonElement arguments, string at, List<MessageBlock> blocks)
    {
        if (function.Member("name"u8) is var name && name.Exists() && !name.IsText())
        {
            return GatewayError.InvalidRequest($"{at}.name: must be a string");
        }

        byte[] input = ToolInput.ToObject(arguments, report);
        blocks.Add(new MessageBlock.ToolUse(ids.Open(id.Text(), name.Text()), Name(function), input));
        return null;
    }

    /// <summary>What only the servers of others can hand to a model again.</summary>
    private GatewayError? Unreadable()
    {
        if (message.Member("images"u8).Items().Any())
        {
            return GatewayError.InvalidRequest($"{path}.images: this model takes images from users only; move them into a user message");
        }

        return Blocks.Count == 0 && message.Member("audio"u8).IsObject()
            ? GatewayError.InvalidRequest($"{path}.audio: audio of earlier answers cannot be sent to this model; send its transcript as content")
            : null;
    }

    private static string Name(JsonElement function) => function.Member("name"u8).Text() is { Length: > 0 } name ? name : "unknown_tool";
}
