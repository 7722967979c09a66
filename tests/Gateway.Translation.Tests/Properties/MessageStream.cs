using System.Text;
using System.Text.Json;

namespace Gateway.Translation.Tests.Properties;

/// <summary>How a stream of message events ended.</summary>
public enum StreamEnd
{
    /// <summary>Nothing was sent.</summary>
    Empty,
    Complete,
    Error,
}

/// <summary>
/// A strict reader of Anthropic's event stream: everything that any official client enforces, and nothing forgiven. A
/// stream that breaks a rule fails the test.
/// </summary>
public sealed class MessageStream
{
    private static readonly string[] s_usage = ["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
    private readonly StringBuilder _input = new();
    private string? _openBlock;
    private int _next;
    private bool _started;
    private bool _signed;
    private bool _delta;
    private StreamEnd _end;

    /// <summary>Fails when the stream is malformed.</summary>
    public static StreamEnd Check(ReadOnlySpan<byte> sse)
    {
        string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(sse);
        if (text.Length == 0)
        {
            return StreamEnd.Empty;
        }

        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        MessageStream stream = new();
        foreach (string frame in text[..^2].Split("\n\n"))
        {
            string[] lines = frame.Split('\n');
            Assert.Equal(2, lines.Length);
            Assert.StartsWith("event: ", lines[0], StringComparison.Ordinal);
            Assert.StartsWith("data: ", lines[1], StringComparison.Ordinal);
            using JsonDocument data = JsonDocument.Parse(lines[1][6..], new JsonDocumentOptions { MaxDepth = 512 });
            CheckStrings(data.RootElement);
            Assert.Equal(lines[0][7..], data.RootElement.GetProperty("type").GetString());
            stream.Take(data.RootElement);
        }

        Assert.NotEqual(StreamEnd.Empty, stream._end);
        return stream._end;
    }

    /// <summary>Fails when a whole message is malformed.</summary>
    public static void CheckBody(ReadOnlyMemory<byte> body)
    {
        using JsonDocument message = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 512 });
        CheckStrings(message.RootElement);
        Assert.NotEmpty(message.RootElement.GetProperty("stop_reason").GetString()!);
        CheckUsage(message.RootElement.GetProperty("usage"));
        foreach (JsonElement block in message.RootElement.GetProperty("content").EnumerateArray())
        {
            if (block.GetProperty("type").GetString() == "tool_use")
            {
                Assert.Equal(JsonValueKind.Object, block.GetProperty("input").ValueKind);
            }
        }
    }

    private void Take(JsonElement data)
    {
        Assert.Equal(StreamEnd.Empty, _end);
        string type = data.GetProperty("type").GetString()!;
        if (type is not ("ping" or "error" or "message_start"))
        {
            Assert.True(_started);
        }

        switch (type)
        {
            case "ping":
                Assert.Single(data.EnumerateObject());
                break;
            case "error":
                Assert.NotEmpty(data.GetProperty("error").GetProperty("type").GetString()!);
                Assert.NotEmpty(data.GetProperty("error").GetProperty("message").GetString()!);
                _end = StreamEnd.Error;
                break;
            case "message_start":
                TakeStart(data.GetProperty("message"));
                break;
            case "content_block_start":
                TakeBlock(data);
                break;
            case "content_block_delta":
                Assert.Equal(_next - 1, data.GetProperty("index").GetInt32());
                TakeDelta(data.GetProperty("delta"));
                break;
            case "content_block_stop":
                Assert.Equal(_next - 1, data.GetProperty("index").GetInt32());
                TakeStop();
                break;
            case "message_delta":
                Assert.Null(_openBlock);
                Assert.False(_delta);
                _delta = true;
                Assert.NotEmpty(data.GetProperty("delta").GetProperty("stop_reason").GetString()!);
                CheckUsage(data.GetProperty("usage"));
                break;
            case "message_stop":
                Assert.True(_delta);
                Assert.Single(data.EnumerateObject());
                _end = StreamEnd.Complete;
                break;
            default:
                Assert.Fail($"unknown event {type}");
                break;
        }
    }

    private void TakeStart(JsonElement message)
    {
        Assert.False(_started);
        _started = true;
        Assert.StartsWith("msg_", message.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("message", message.GetProperty("type").GetString());
        Assert.Equal("assistant", message.GetProperty("role").GetString());
        Assert.Equal(0, message.GetProperty("content").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, message.GetProperty("stop_reason").ValueKind);
        Assert.Equal(JsonValueKind.Null, message.GetProperty("stop_sequence").ValueKind);
        CheckUsage(message.GetProperty("usage"));
    }

    private void TakeBlock(JsonElement data)
    {
        Assert.Null(_openBlock);
        Assert.False(_delta);
        Assert.Equal(_next++, data.GetProperty("index").GetInt32());
        JsonElement block = data.GetProperty("content_block");
        _openBlock = block.GetProperty("type").GetString()!;
        _signed = false;
        _input.Clear();
        switch (_openBlock)
        {
            case "text":
                Assert.Equal("", block.GetProperty("text").GetString());
                break;
            case "thinking":
                Assert.Equal("", block.GetProperty("thinking").GetString());
                Assert.Equal("", block.GetProperty("signature").GetString());
                break;
            case "redacted_thinking":
                Assert.NotEmpty(block.GetProperty("data").GetString()!);
                break;
            case "tool_use":
                Assert.Matches("^[A-Za-z0-9_-]+$", block.GetProperty("id").GetString());
                Assert.NotEmpty(block.GetProperty("name").GetString()!);
                Assert.Empty(block.GetProperty("input").EnumerateObject());
                break;
            default:
                Assert.Contains(_openBlock, (string[])["server_tool_use", "web_search_tool_result"]);
                break;
        }
    }

    private void TakeDelta(JsonElement delta)
    {
        Assert.False(_signed);
        switch (delta.GetProperty("type").GetString())
        {
            case "text_delta":
                Assert.Equal("text", _openBlock);
                Assert.NotEmpty(delta.GetProperty("text").GetString()!);
                break;
            case "citations_delta":
                Assert.Equal("text", _openBlock);
                Assert.Equal(JsonValueKind.Object, delta.GetProperty("citation").ValueKind);
                break;
            case "thinking_delta":
                Assert.Equal("thinking", _openBlock);
                Assert.NotEmpty(delta.GetProperty("thinking").GetString()!);
                break;
            case "signature_delta":
                Assert.Equal("thinking", _openBlock);
                Assert.StartsWith("gwy1.", delta.GetProperty("signature").GetString(), StringComparison.Ordinal);
                _signed = true;
                break;
            case "input_json_delta":
                Assert.Equal("tool_use", _openBlock);
                _input.Append(delta.GetProperty("partial_json").GetString());
                break;
            default:
                Assert.Fail($"unknown delta {delta}");
                break;
        }
    }

    private void TakeStop()
    {
        Assert.NotNull(_openBlock);
        Assert.True(_openBlock != "thinking" || _signed);
        if (_input.Length > 0)
        {
            using JsonDocument input = JsonDocument.Parse(_input.ToString(), new JsonDocumentOptions { MaxDepth = 512 });
            Assert.Equal(JsonValueKind.Object, input.RootElement.ValueKind);
            CheckStrings(input.RootElement);
        }

        _openBlock = null;
    }

    private static void CheckUsage(JsonElement usage) =>
        Assert.All(s_usage, name => Assert.True(usage.GetProperty(name).GetInt64() >= 0));

    /// <summary>Decodes every name and string: half of a surrogate pair throws here, as it does in strict clients.</summary>
    private static void CheckStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    CheckStrings(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    Assert.NotNull(member.Name);
                    CheckStrings(member.Value);
                }

                break;
        }
    }
}
