using System.Text;
using System.Text.Json;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>The grammar of Anthropic's event stream, as strict as the strictest client.</summary>
internal sealed class MessageGrammar
{
    private readonly StringBuilder _input = new();
    private bool _started;
    private bool _delta;
    private bool _over;
    private int _next;
    private string? _open;
    private bool _signed;

    /// <summary>Fails the test when the client's bytes break the grammar; they may end in one error event.</summary>
    public static void Check(string client)
    {
        MessageGrammar grammar = new();
        Assert.EndsWith("\n\n", client, StringComparison.Ordinal);
        foreach (string block in client[..^2].Split("\n\n"))
        {
            string[] lines = block.Split('\n');
            Assert.Equal(2, lines.Length);
            JsonElement data = JsonElement.Parse(lines[1]["data: ".Length..]);
            Assert.Equal(lines[0]["event: ".Length..], data.GetProperty("type").GetString());
            grammar.Take(data);
        }

        Assert.True(grammar._over);
    }

    private void Take(JsonElement data)
    {
        Assert.False(_over, "something follows the end");
        switch (data.GetProperty("type").GetString())
        {
            case "ping":
                break;
            case "error":
                Assert.False(string.IsNullOrEmpty(data.GetProperty("error").GetProperty("message").GetString()));
                _over = true;
                break;
            case "message_start":
                Assert.False(_started);
                _started = true;
                Usage(data.GetProperty("message"));
                break;
            case "content_block_start":
                Start(data);
                break;
            case "content_block_delta":
                Delta(data);
                break;
            case "content_block_stop":
                Stop(data);
                break;
            case "message_delta":
                Assert.True(_started && _open is null && !_delta);
                Assert.False(string.IsNullOrEmpty(data.GetProperty("delta").GetProperty("stop_reason").GetString()));
                Usage(data);
                _delta = true;
                break;
            case "message_stop":
                Assert.True(_delta);
                _over = true;
                break;
            case { } type:
                Assert.Fail($"unknown event {type}");
                break;
        }
    }

    private void Start(JsonElement data)
    {
        Assert.True(_started && _open is null && !_delta);
        Assert.Equal(_next++, data.GetProperty("index").GetInt32());
        JsonElement block = data.GetProperty("content_block");
        _open = block.GetProperty("type").GetString();
        _input.Clear();
        _signed = false;
        if (_open is "thinking")
        {
            Assert.Equal("", block.GetProperty("thinking").GetString());
        }

        if (_open is "tool_use")
        {
            Assert.Matches("^[A-Za-z0-9_-]+$", block.GetProperty("id").GetString());
            Assert.Equal("{}", block.GetProperty("input").GetRawText());
        }
    }

    private void Delta(JsonElement data)
    {
        Assert.Equal(_next - 1, data.GetProperty("index").GetInt32());
        Assert.False(_signed, "a delta follows the signature");
        JsonElement delta = data.GetProperty("delta");
        string type = delta.GetProperty("type").GetString()!;
        Assert.Equal(_open, type switch
        {
            "text_delta" or "citations_delta" => "text",
            "thinking_delta" or "signature_delta" => "thinking",
            "input_json_delta" => "tool_use",
            _ => "none",
        });
        if (type is "input_json_delta")
        {
            _input.Append(delta.GetProperty("partial_json").GetString());
        }

        _signed = type is "signature_delta";
    }

    private void Stop(JsonElement data)
    {
        Assert.Equal(_next - 1, data.GetProperty("index").GetInt32());
        Assert.NotNull(_open);
        Assert.True(_open is not "thinking" || _signed, "thinking without a signature");
        if (_open is "tool_use" && _input.Length > 0)
        {
            Assert.Equal(JsonValueKind.Object, JsonElement.Parse(_input.ToString()).ValueKind);
        }

        _open = null;
    }

    private static void Usage(JsonElement holder)
    {
        foreach (string name in (string[])["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"])
        {
            Assert.True(holder.GetProperty("usage").GetProperty(name).GetInt64() >= 0);
        }
    }
}
