using System.Text.Json;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Chat;

/// <summary>What a chat server calls an error and is an answer all the same.</summary>
public static class AnswerInError
{
    /// <summary>The answer as a chat completion; null for a real error.</summary>
    public static byte[]? Find(ReadOnlySpan<byte> body)
    {
        try
        {
            return FailedGeneration.ToCompletion(body) ?? OutputLimit.ToCompletion(body) ?? BaseResp.ToRefusal(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
