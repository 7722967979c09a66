using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>What must hold of a Chat body before anything is sent. Messages begin with the path of the field.</summary>
internal static class ChatRequestCheck
{
    public static GatewayError? Find(JsonElement body, out OutputLimits output)
    {
        output = default;
        if (!body.IsObject())
        {
            return GatewayError.InvalidRequest("The request body must be a JSON object.");
        }

        JsonElement model = body.Member("model"u8);
        if (!model.Exists())
        {
            return GatewayError.InvalidRequest("model: Field required");
        }

        if (!model.IsText() || model.IsEmptyText())
        {
            return GatewayError.InvalidRequest("model: must be a non-empty string");
        }

        if (ModelName.Problem(model.Text()) is { } problem)
        {
            return GatewayError.InvalidRequest($"model: {problem}");
        }

        JsonElement stream = body.Member("stream"u8);
        if (stream.Exists() && stream.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return GatewayError.InvalidRequest("stream: must be true or false");
        }

        (output, string? wrong) = OutputLimits.Read(body, zeroWarmsCache: false);
        if (wrong is not null)
        {
            return GatewayError.InvalidRequest(wrong);
        }

        JsonElement messages = body.Member("messages"u8);
        if (!messages.IsArray() || messages.GetArrayLength() == 0)
        {
            return GatewayError.InvalidRequest("messages: at least one message is required");
        }

        int index = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (Message(message, $"messages.{index++}") is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static GatewayError? Message(JsonElement message, string path)
    {
        if (!message.IsObject())
        {
            return GatewayError.InvalidRequest($"{path}: must be an object");
        }

        JsonElement role = message.Member("role"u8);
        if (!role.Exists())
        {
            return GatewayError.InvalidRequest($"{path}.role: Field required");
        }

        bool known = role.Is("user"u8) || role.Is("assistant"u8) || role.Is("tool"u8) || role.Is("system"u8)
            || role.Is("developer"u8) || role.Is("function"u8);
        if (!known)
        {
            return GatewayError.InvalidRequest($"{path}.role: must be one of system, developer, user, assistant, tool, function");
        }

        JsonElement content = message.Member("content"u8);
        if (!content.Exists())
        {
            // An assistant turn may be nothing but calls, and a tool may have nothing to say.
            return role.Is("user"u8) ? GatewayError.InvalidRequest($"{path}.content: Field required") : null;
        }

        return content.IsArray() ? Parts(content, path + ".content")
            : content.IsText() ? null
            : GatewayError.InvalidRequest($"{path}.content: must be a string or an array");
    }

    private static GatewayError? Parts(JsonElement parts, string path)
    {
        int index = 0;
        foreach (JsonElement part in parts.EnumerateArray())
        {
            if (!part.IsObject() || !part.Member("type"u8).IsText())
            {
                return GatewayError.InvalidRequest($"{path}.{index}.type: Field required");
            }

            if (part.Member("type"u8).Is("text"u8) && !part.Member("text"u8).IsText())
            {
                return GatewayError.InvalidRequest($"{path}.{index}.text: Field required");
            }

            index++;
        }

        return null;
    }
}
