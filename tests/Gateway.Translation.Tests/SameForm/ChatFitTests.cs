using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Translation.SameForm;

namespace Gateway.Translation.Tests.SameForm;

/// <summary>What holds of every edit of a relayed Chat request, whatever is in it.</summary>
public sealed class ChatFitTests
{
    private static readonly string[] s_models = ["gpt-5", "gpt-5.6", "o3", "deepseek-chat", "mistral-large-latest", "gemini-2.5-pro", "llama-3.3-70b", "qwen3-max", "kimi-k2-thinking", "gpt-3.5-turbo", "grok-4", "gpt-4o", "my-deploy"];

    private static readonly (string Name, string[] Values)[] s_members =
    [
        ("max_tokens", ["null", "100", "4000"]), ("max_completion_tokens", ["null", "200", "3000"]), ("temperature", ["null", "0", "1", "0.7", "\"hot\""]),
        ("top_p", ["1", "0.9"]), ("stop", ["null", "[]", "\"X\""]), ("reasoning_effort", ["null", "\"none\"", "\"high\"", "\"xhigh\"", "\"odd\""]),
        ("stream", ["true", "false"]), ("stream_options", ["null", "{}", "{\"include_usage\":true}"]), ("parallel_tool_calls", ["true", "false"]),
        ("tools", ["[]", "[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},{\"type\":\"function\",\"function\":{\"name\":\"b\"}}]"]),
        ("tool_choice", ["null", "\"auto\"", "\"none\"", "\"required\"", "{\"type\":\"function\",\"function\":{\"name\":\"b\"}}", "{\"type\":\"function\",\"function\":{\"name\":\"z\"}}", "7"]),
        ("response_format", ["{\"type\":\"text\"}", "{\"type\":\"json_object\"}", "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"object\"}}}", "\"odd\""]),
        ("route", ["\"fallback\""]), ("x_unknown", ["{\"a\":[1.50, 2]}"]), ("messages", ["[{\"role\":\"user\",\"content\":\"hi\"}]", "[{\"role\":\"developer\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"hi\"}]", "[]",
            "[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"s\",\"cache_control\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"u\"}}]},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\"}]},{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"ok\"},{\"role\":\"system\",\"content\":\"later\"},{\"role\":\"user\",\"content\":\"\"},{\"content\":[],\"role\":\"user\"}]"]),
    ];

    private static readonly string[] s_refusals =
        ["max_tokens", "max_completion_tokens", "temperature", "stop", "stream", "stream_options", "response_format", ToolChoices.Auto, ToolChoices.None, ToolChoices.Required, ToolChoices.Named, "cache_control", "x_unknown"];

    [Fact]
    public void Any_request_stays_json_keeps_what_is_unknown_and_never_allows_more_output()
    {
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            string body = "{" + string.Join(" ,\n", s_members.Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next())
                .Select(member => $"\"{member.Name}\" : {member.Values[random.Next(member.Values.Length)]}").Append("\"model\":\"alias\"").OrderBy(_ => random.Next())) + "}";
            RelayTarget target = new("up", ModelFamilies.ProfileOf(s_models[random.Next(s_models.Length)]) with { MaxOutputTokens = random.Next(3) == 0 ? 150 : null })
            {
                RejectedParameters = random.Next(2) == 0 ? [] : [.. s_refusals.Where(_ => random.Next(4) == 0)],
            };
            (JsonObject written, bool reported) = Write(body, target);
            JsonObject client = JsonNode.Parse(body)!.AsObject();

            Assert.Equal("up", written["model"]!.GetValue<string>());
            Assert.False(written.ContainsKey("route"));
            if (target.Accepts("x_unknown"))
            {
                Assert.Equal(client["x_unknown"]?.ToJsonString(), written["x_unknown"]?.ToJsonString());
            }

            Assert.False(Limit(written) > Limit(client), body);
            Assert.True(Limit(written) is not null || Limit(client) is null, body);
            client.Remove("model");
            written.Remove("model");
            written.Remove("stream_options");
            client.Remove("stream_options");
            Assert.True(reported || JsonNode.DeepEquals(client, written), body);
        }
    }

    [Fact]
    public void What_was_written_is_written_the_same_when_it_comes_again()
    {
        foreach (string model in s_models)
        {
            RelayTarget target = new("up", ModelFamilies.ProfileOf(model));
            string once = Write("""{"model":"a","max_tokens":5,"temperature":0,"tool_choice":"required","tools":[{"type":"function","function":{"name":"a"}}],"messages":[{"role":"developer","content":"s"}]}""", target).Written.ToJsonString();
            Assert.Equal(once, Write(once, target).Written.ToJsonString());
        }
    }

    private static (JsonObject Written, bool Reported) Write(string body, RelayTarget target)
    {
        ArrayBufferWriter<byte> output = new();
        TranslationReport report = new();
        Assert.Null(SameFormRequest.WriteChat(Encoding.UTF8.GetBytes(body), target, report, output, out _));

        // A name that is there twice, or a comma too many, throws.
        return (JsonNode.Parse(output.WrittenSpan, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject(), !report.IsEmpty);
    }

    private static long? Limit(JsonObject body) => OutputLimits.Read(JsonElement.Parse(body.ToJsonString()), zeroWarmsCache: false).Limits.MaxTokens;
}
