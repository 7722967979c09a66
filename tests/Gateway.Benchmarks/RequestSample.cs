using System.Text.Json;

namespace Gateway.Benchmarks;

/// <summary>A request of the size that agents send, about 100 KB.</summary>
internal static class RequestSample
{
    /// <summary>System prompt, twenty tools, and a conversation of tool calls and results.</summary>
    public static byte[] OfAgent()
    {
        string prose = string.Concat(Enumerable.Repeat("Read the file before you change it, and run the tests after.\n", 100));
        object Tool(int n) => new
        {
            name = $"tool_{n}",
            description = prose[..1500],
            input_schema = new { type = "object", properties = new { path = new { type = "string", description = "Absolute path" }, limit = new { type = "integer" } }, required = new[] { "path" } },
        };
        List<object> messages = [new { role = "user", content = "Fix the bug." }];
        for (int i = 0; i < 25; i++)
        {
            messages.Add(new { role = "assistant", content = new object[] { new { type = "text", text = "Looking." }, new { type = "tool_use", id = $"toolu_{i}", name = "tool_1", input = new { path = $"/src/{i}.cs", limit = 100 } } } });
            messages.Add(new { role = "user", content = new object[] { new { type = "tool_result", tool_use_id = $"toolu_{i}", content = prose[..2400] } } });
        }

        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            model = "claude-sonnet-4-5",
            max_tokens = 32000,
            stream = true,
            system = new object[] { new { type = "text", text = prose[..6000], cache_control = new { type = "ephemeral" } } },
            tools = Enumerable.Range(0, 20).Select(Tool),
            messages,
        });
    }
}
