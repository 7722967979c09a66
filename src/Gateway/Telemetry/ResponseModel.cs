using System.Diagnostics;
using System.Text.Json;
using Gateway.Diagnostics;

namespace Gateway.Telemetry;

/// <summary>
/// Notes which model answered, for the span of the attempt. Only members of the envelope are looked at, never content,
/// and only in the first bytes of an answer that is traced.
/// </summary>
internal static class ResponseModel
{
    private const int MaxLength = 200;

    /// <summary>Takes bytes of the upstream's answer as they come.</summary>
    public static void Note(ReadOnlySpan<byte> answer)
    {
        if (Activity.Current is { IsAllDataRequested: true } span
            && span.Source == GatewayTelemetry.Source
            && span.GetTagItem(GenAiNames.ResponseModel) is null
            && Find(answer) is { } model)
        {
            span.SetTag(GenAiNames.ResponseModel, model);
        }
    }

    /// <summary>From the first event of a stream or from a whole body, be it cut off.</summary>
    internal static string? Find(ReadOnlySpan<byte> answer)
    {
        if (answer.TrimStart(" \r\n\t"u8) is [(byte)'{', ..] body)
        {
            return FindInObject(body);
        }

        foreach (Range line in answer.Split((byte)'\n'))
        {
            if (answer[line].StartsWith("data:"u8) && FindInObject(answer[line][5..]) is { } model)
            {
                return model;
            }
        }

        return null;
    }

    private static string? FindInObject(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json, isFinalBlock: false, default);
            while (reader.Read())
            {
                // Anthropic's first event holds it one level down, in "message".
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth is 1 or 2 && reader.ValueTextEquals("model"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length is > 0 and <= MaxLength ? reader.GetString() : null;
                }

                bool skips = reader.TokenType == JsonTokenType.PropertyName && !reader.ValueTextEquals("message"u8);
                if (skips && !reader.TrySkip())
                {
                    return null;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or text that is no Unicode: not for telemetry to complain about.
        }

        return null;
    }
}
