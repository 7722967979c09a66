using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>What must hold of a Responses body before anything is sent. Errors name the field, in their words and in <c>param</c>.</summary>
internal static class ResponsesRequestCheck
{
    private const string Stateless = "this gateway keeps nothing between requests; send the whole conversation in input, with store: false";

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
            return Wrong("model", "Field required");
        }

        if (!model.IsText() || model.IsEmptyText())
        {
            return Wrong("model", "must be a non-empty string");
        }

        if (ModelName.Problem(model.Text()) is { } problem)
        {
            return Wrong("model", problem);
        }

        JsonElement stream = body.Member("stream"u8);
        if (stream.Exists() && stream.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return Wrong("stream", "must be true or false");
        }

        (output, string? wrong) = OutputLimits.Read(body, zeroWarmsCache: false);
        if (wrong is not null)
        {
            return GatewayError.InvalidRequest(wrong) with { Param = wrong.Split(':')[0] };
        }

        // The name that this API has for it, and the only one that it knows.
        JsonElement most = body.Member("max_output_tokens"u8);
        output = output with { MaxTokens = most.Exists() ? most.GetInt64() : null };
        return State(body) ?? Input(body.Member("input"u8)) ?? (body.Member("messages"u8).Exists() ? Wrong("messages", "belongs to /v1/chat/completions; send the conversation in input") : null);
    }

    /// <summary>An error of one field.</summary>
    public static GatewayError Wrong(string path, string what) => GatewayError.InvalidRequest($"{path}: {what}") with { Param = path };

    /// <summary>What only a server could do that keeps what was said, and would open another caller's to this one if the upstream did.</summary>
    private static GatewayError? State(JsonElement body)
    {
        if (body.Member("previous_response_id"u8).Exists())
        {
            return Wrong("previous_response_id", Stateless) with { Code = "previous_response_not_found" };
        }

        if (body.Member("conversation"u8).Exists())
        {
            return Wrong("conversation", Stateless) with { Code = Unsupported };
        }

        if (body.Member("prompt"u8).Exists())
        {
            return Wrong("prompt", "stored prompts are not supported; send their text as instructions") with { Code = Unsupported };
        }

        // A server that is no stickler takes "true" and 1 as well, and answers before it has begun.
        return body.Member("background"u8) is var background && background.Exists() && background.ValueKind != JsonValueKind.False ? Wrong("background", "is not supported; send the request with stream: true, and read the answer") with { Code = Unsupported } : null;
    }

    private const string Unsupported = "unsupported_parameter";

    private static GatewayError? Input(JsonElement input)
    {
        if (input.IsText())
        {
            return null;
        }

        if (!input.IsArray() || input.GetArrayLength() == 0)
        {
            return Wrong("input", input.Exists() ? "must be a string, or a list of at least one item" : "Field required");
        }

        int index = 0;
        foreach (JsonElement item in input.EnumerateArray())
        {
            string path = $"input.{index++}";
            if (!item.IsObject())
            {
                return Wrong(path, "must be an object");
            }

            JsonElement type = item.Member("type"u8);
            if (type.Is("item_reference"u8))
            {
                return Wrong($"{path}.id", "this gateway keeps no items that could be referred to; send the item itself. In the AI SDK, set the provider option store: false") with { Code = Unsupported };
            }

            if (!type.IsText() && !item.Member("role"u8).IsText())
            {
                return Wrong($"{path}.type", "Field required");
            }
        }

        return null;
    }
}
