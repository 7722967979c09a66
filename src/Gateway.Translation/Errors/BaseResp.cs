using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>
/// MiniMax's envelope: <c>{"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}</c> beside or in place
/// of choices, and status 200. Zero is success.
/// </summary>
internal static class BaseResp
{
    /// <summary>Whether the object says that something went wrong.</summary>
    public static bool IsFailure(ReadOnlySpan<byte> baseResp) =>
        JsonFields.Find(baseResp, "status_code"u8) is { IsEmpty: false } code && !code.SequenceEqual("0"u8);

    /// <summary>The model's answer was withheld: no error, but a refusal.</summary>
    private const int OutputSensitive = 1027;

    /// <summary>The number of what went wrong; null when nothing did.</summary>
    public static int? Failure(JsonElement root) =>
        root.Member("base_resp"u8).Member("status_code"u8) is { ValueKind: JsonValueKind.Number } code && code.TryGetInt32(out int number) && number != 0 ? number : null;

    /// <summary>The refusal as a chat completion; null when the body is none.</summary>
    public static byte[]? ToRefusal(ReadOnlySpan<byte> body) =>
        JsonFields.Find(JsonFields.Find(body, "base_resp"u8), "status_code"u8).SequenceEqual("1027"u8)
            ? """{"choices":[{"index":0,"message":{"role":"assistant","content":null},"finish_reason":"content_filter"}]}"""u8.ToArray()
            : null;

    public static int Status(int code) => code switch
    {
        1001 => 504,
        1002 or 1039 or 1041 or 2045 or 2056 => 429,
        1004 or 2049 => 401,
        1008 => 402,
        1026 or OutputSensitive or 1042 or 2013 or 20132 => 400,
        _ => 500,
    };
}
