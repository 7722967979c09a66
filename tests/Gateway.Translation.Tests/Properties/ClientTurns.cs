using System.Text.Json.Nodes;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Properties;

/// <summary>How clients of each form ask, and what they send when they go on: all that they were told, and results.</summary>
internal static class ClientTurns
{
    private const string Schema = """{"type":"object","properties":{"at":{"type":"string"}}}""";

    public static JsonObject Ask(ApiForm client) => JsonNode.Parse(client switch
    {
        ApiForm.Messages => $$$"""{"model":"m","max_tokens":8000,"thinking":{"type":"enabled","budget_tokens":2000},"tools":[{"name":"look","input_schema":{{{Schema}}}}],"messages":[{"role":"user","content":"hi"}]}""",
        ApiForm.Chat => $$$"""{"model":"m","max_tokens":8000,"reasoning_effort":"high","tools":[{"type":"function","function":{"name":"look","parameters":{{{Schema}}}}}],"messages":[{"role":"user","content":"hi"}]}""",
        _ => $$$"""{"model":"m","reasoning":{"effort":"high","summary":"auto"},"include":["reasoning.encrypted_content"],"tools":[{"type":"function","name":"look","parameters":{{{Schema}}}}],"input":[{"role":"user","content":"hi"}]}""",
    })!.AsObject();

    public static JsonObject GoOn(ApiForm client, JsonObject before, JsonObject answer)
    {
        JsonObject next = before.DeepClone().AsObject();
        JsonArray said = next[client == ApiForm.Responses ? "input" : "messages"]!.AsArray();
        switch (client)
        {
            case ApiForm.Messages:
                said.Add(new JsonObject { ["role"] = "assistant", ["content"] = answer["content"]!.DeepClone() });
                said.Add(new JsonObject { ["role"] = "user", ["content"] = new JsonArray([.. Of(answer["content"]!, "tool_use").Select(call => new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = call["id"]!.DeepClone(), ["content"] = "ok" })]) });
                break;
            case ApiForm.Chat:
                JsonNode message = answer["choices"]![0]!["message"]!;
                said.Add(message.DeepClone());
                foreach (JsonNode? call in message["tool_calls"] as JsonArray ?? [])
                {
                    said.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = call!["id"]!.DeepClone(), ["content"] = "ok" });
                }

                break;
            default:
                foreach (JsonNode? item in answer["output"]!.AsArray())
                {
                    said.Add(item!.DeepClone());
                }

                foreach (JsonNode call in Of(answer["output"]!, "function_call"))
                {
                    said.Add(new JsonObject { ["type"] = "function_call_output", ["call_id"] = call["call_id"]!.DeepClone(), ["output"] = "ok" });
                }

                break;
        }

        said.Add(new JsonObject { ["role"] = "user", ["content"] = "go on" });
        return next;
    }

    private static IEnumerable<JsonNode> Of(JsonNode list, string type) => list.AsArray().OfType<JsonNode>().Where(each => each["type"]!.ToString() == type);
}
