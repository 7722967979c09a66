using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Caching;

/// <summary>Whether an answer says of itself that it came to a good end. A refusal may be an answer the next time; a pause is none.</summary>
internal static class GoodEnd
{
    /// <summary>Where both forms say it. Deeper down stand a tool's own words.</summary>
    private const int Deepest = 3;

    private static readonly string[] s_good =
    [
        "end_turn", "stop_sequence", "max_tokens", "tool_use",
        "stop", "length", "tool_calls", "function_call",
    ];

    public static bool IsGood(ApiForm form, bool stream, ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> member = form == ApiForm.Messages ? "stop_reason"u8 : "finish_reason"u8;
        try
        {
            if (!stream)
            {
                return IsGood(answer, member) == true;
            }

            bool? good = null;
            foreach (Range range in answer.Split((byte)'\n'))
            {
                ReadOnlySpan<byte> line = answer[range].TrimEnd((byte)'\r');
                if (line.StartsWith("data:"u8) && line.IndexOf(member) >= 0)
                {
                    good = And(good, IsGood(line["data:"u8.Length..], member));
                }
            }

            return good == true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Null when nothing is said.</summary>
    private static bool? IsGood(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member)
    {
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        bool? good = null;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth <= Deepest && reader.ValueIs(member))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Null)
                {
                    good = And(good, IsGoodReason(ref reader));
                }
            }
        }

        return good;
    }

    private static bool IsGoodReason(ref Utf8JsonReader reader)
    {
        foreach (string reason in s_good)
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(reason))
            {
                return true;
            }
        }

        return false;
    }

    private static bool? And(bool? one, bool? other) => one is null ? other : other is null ? one : one.Value && other.Value;
}
