using System.Buffers;
using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Gateway.Diagnostics;
using Gateway.Translation;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;
using Gateway.Translation.ResponsesToMessages;

namespace Gateway.Telemetry.Content;

/// <summary>
/// What the client asked and what it was answered, put on the span at the end as JSON of the GenAI conventions. Read
/// from the client's own bytes, so that all upstreams look alike.
/// </summary>
internal sealed class CapturedContent(Activity span, ApiForm form, ReadOnlyMemory<byte> request, bool stream) : IDisposable
{
    /// <summary>No collector takes more of one span; a relayed stream may go on for as long as it likes.</summary>
    private const int MaxAnswer = 16 * 1024 * 1024;

    private readonly PooledBuffer _answer = new();

    /// <summary>The answer came to its end; until this is said it has broken off.</summary>
    public bool Whole { get; set; }

    /// <summary>Takes bytes of the answer as the client gets them.</summary>
    public void Answered(ReadOnlySpan<byte> bytes) => _answer.Append(bytes[..Math.Min(bytes.Length, MaxAnswer - _answer.Length)]);

    public void Dispose()
    {
        try
        {
            Tag();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Text that is no JSON, or no Unicode: not for telemetry to complain about.
        }

        _answer.Dispose();
    }

    private void Tag()
    {
        using JsonDocument asked = JsonDocument.Parse(request, JsonFormat.DocumentOptions);
        if (form == ApiForm.Responses)
        {
            TagResponses();
        }
        else if (form == ApiForm.Messages)
        {
            TagMessages(asked.RootElement);
        }
        else
        {
            span.SetTag(GenAiNames.InputMessages, Json(json => ChatSpanContent.WriteInput(json, asked.RootElement)));
        }

        if (_answer.Length > 0)
        {
            using JsonDocument message = JsonDocument.Parse(Message(), JsonFormat.DocumentOptions);
            span.SetTag(GenAiNames.OutputMessages, Json(json => MessagesContent.WriteOutput(json, message.RootElement, Whole)));
        }
    }

    private void TagMessages(JsonElement body)
    {
        if (body.Member("system"u8).Exists())
        {
            span.SetTag(GenAiNames.SystemInstructions, Json(json => MessagesContent.WriteParts(json, body.Member("system"u8))));
        }

        span.SetTag(GenAiNames.InputMessages, Json(json => MessagesContent.WriteInput(json, body)));
    }

    private void TagResponses()
    {
        using PooledBuffer hub = new();
        if (ResponsesRequest.TryParse(request, out ResponsesRequest? asked, out _))
        {
            using (asked)
            using (MessagesRequest? messages = ResponsesHub.ToMessages(asked, new TranslationReport(), hub, out _))
            {
                if (messages is not null)
                {
                    TagMessages(messages.Root);
                }
            }
        }
    }

    /// <summary>The answer as one whole message of the Messages API.</summary>
    private ReadOnlyMemory<byte> Message() =>
        form != ApiForm.Messages ? MessageOfOther() : stream ? Bytes(json => JoinedMessage.Write(json, Events())) : _answer.Memory;

    private List<JsonElement> Events()
    {
        using MemoryStream bytes = new(_answer.Span.ToArray());
        return [.. SseParser.Create(bytes).Enumerate().Where(e => e.Data.StartsWith('{')).Select(e => JsonElement.Parse(e.Data, JsonFormat.DocumentOptions))];
    }

    private ReadOnlyMemory<byte> MessageOfOther()
    {
        // What a stream said before it broke off is shown too, so the error in it is passed over.
        AnswerContext context = new() { Model = "", Profile = Profile.Default with { MayOmitFinish = true }, ThinkingWanted = true };
        using AnswerTranslator translator = Answers.Translate(form, ApiForm.Messages, context);
        if (stream)
        {
            foreach (JsonElement chunk in Events().Where(e => !e.Member("error"u8).Exists()))
            {
                translator.Read([.. "data: "u8, .. JsonFormat.Raw(chunk), .. "\n\n"u8]);
            }

            translator.End(clean: true);
        }
        else
        {
            translator.ReadWhole(_answer.Span);
        }

        return translator.Output.Span.ToArray();
    }

    private static string Json(Action<Utf8JsonWriter> write) => Encoding.UTF8.GetString(Bytes(write).Span);

    private static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        write(json);
        json.Flush();
        return output.WrittenMemory;
    }
}
