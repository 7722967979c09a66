using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Tokens;

namespace Gateway.Upstreams;

/// <summary>
/// A Chat Completions server inside the process, so that everything can be tried without a network. It answers with the
/// last text of the user; <c>/tool name {json}</c> calls that tool if it was offered.
/// </summary>
internal sealed class EchoHandler : HttpMessageHandler
{
    private const int BytesPerToken = 4;

    /// <summary>What the server says: text, or a call of a tool.</summary>
    private sealed record EchoReply(string? Text, string? ToolName, string? Arguments);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        using JsonDocument document = JsonDocument.Parse(body, JsonFormat.DocumentOptions);
        JsonElement root = document.RootElement;
        EchoReply reply = ToReply(root);
        bool stream = root.IsTrue("stream"u8);
        long promptTokens = TokenEstimator.Count(body, root.Text("model"u8) ?? "");
        using MemoryStream output = new();
        if (stream)
        {
            WriteStream(output, reply, promptTokens);
        }
        else
        {
            using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
            WriteEnvelope(json, "chat.completion", w => WriteMessage(w, reply), Finish(reply), "message");
            WriteUsage(json, reply, promptTokens);
            json.WriteEndObject();
        }

        ByteArrayContent content = new(output.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(stream ? "text/event-stream" : "application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private static EchoReply ToReply(JsonElement root)
    {
        JsonElement last = root.Member("messages"u8).Items().LastOrDefault(m => !m.Member("role"u8).Is("system"u8));
        string text = LastText(last.Member("content"u8));
        if (last.Member("role"u8).Is("tool"u8))
        {
            return new EchoReply($"The tool answered: {text}", null, null);
        }

        string[] words = text.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (words is ["/tool", var name, ..] && IsOffered(root, name))
        {
            string arguments = words.Length > 2 ? words[2] : "{}";
            return new EchoReply(null, name, arguments);
        }

        return new EchoReply(text.Length > 0 ? text : "(nothing to echo)", null, null);
    }

    private static bool IsOffered(JsonElement root, string name) =>
        root.Member("tools"u8).Items().Any(tool => tool.Member("function"u8).Text("name"u8) == name);

    private static string LastText(JsonElement content) =>
        content.AsText()
        ?? content.Items().LastOrDefault(part => part.Member("text"u8).ValueKind == JsonValueKind.String).Text("text"u8)
        ?? "";

    private static string Finish(EchoReply reply) => reply.ToolName is null ? "stop" : "tool_calls";

    private static void WriteStream(Stream output, EchoReply reply, long promptTokens)
    {
        WriteChunk(output, json => WriteEnvelope(json, "chat.completion.chunk", w => w.WriteString("role"u8, "assistant"u8), null));
        if (reply.ToolName is not null)
        {
            WriteChunk(output, json => WriteEnvelope(json, "chat.completion.chunk", w => WriteCall(w, reply), null));
        }

        foreach (string piece in Pieces(reply.Text ?? ""))
        {
            WriteChunk(output, json => WriteEnvelope(json, "chat.completion.chunk", w => w.WriteString("content"u8, piece), null));
        }

        WriteChunk(output, json => WriteEnvelope(json, "chat.completion.chunk", _ => { }, Finish(reply)));
        WriteChunk(output, json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, "chatcmpl-echo"u8);
            json.WriteStartArray("choices"u8);
            json.WriteEndArray();
            WriteUsage(json, reply, promptTokens);
        });
        output.Write("data: [DONE]\n\n"u8);
    }

    /// <summary>Words with the white space in front of them.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        int start = 0;
        for (int i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1])))
            {
                yield return text[start..i];
                start = i;
            }
        }
    }

    private static void WriteChunk(Stream output, Action<Utf8JsonWriter> write)
    {
        output.Write("data: "u8);
        using (Utf8JsonWriter json = new(output, JsonFormat.WriterOptions))
        {
            write(json);
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private static void WriteEnvelope(Utf8JsonWriter json, string kind, Action<Utf8JsonWriter> writeContent, string? finish, string member = "delta")
    {
        json.WriteStartObject();
        json.WriteString("id"u8, "chatcmpl-echo"u8);
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, 0);
        json.WriteString("model"u8, "echo"u8);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject(member);
        writeContent(json);
        json.WriteEndObject();
        json.WriteString("finish_reason"u8, finish);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, EchoReply reply)
    {
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, reply.Text);
        if (reply.ToolName is not null)
        {
            WriteCall(json, reply);
        }
    }

    private static void WriteCall(Utf8JsonWriter json, EchoReply reply)
    {
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, reply.ToolName);
        json.WriteString("arguments"u8, reply.Arguments);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteUsage(Utf8JsonWriter json, EchoReply reply, long promptTokens)
    {
        int completion = Math.Max(1, Encoding.UTF8.GetByteCount(reply.Text ?? reply.Arguments ?? "") / BytesPerToken);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, promptTokens);
        json.WriteNumber("completion_tokens"u8, completion);
        json.WriteNumber("total_tokens"u8, promptTokens + completion);
        json.WriteEndObject();
    }
}
