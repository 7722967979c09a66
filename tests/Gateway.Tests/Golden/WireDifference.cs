using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Golden;

/// <summary>
/// Compares with a golden file by value. What each run makes anew (ids, the time) or estimates from the request may
/// differ where the file holds the translation tests' own constants; all else must be equal. Ids of calls that the
/// gateway made up must differ where those in the file do, and be the same where those are.
/// </summary>
/// <param name="model">What the client asked for.</param>
/// <param name="upstream">What the upstream answered: its ids stay.</param>
internal sealed class WireDifference(string model, string upstream)
{
    private const long EstimatedInput = 7;
    private const long Created = 1700000000;
    private readonly Dictionary<string, string> _made = [];
    private bool _isEstimated;

    /// <summary>Null, or where they differ.</summary>
    public string? OfJson(byte[] expected, byte[] actual) =>
        TryParse(actual) is { } json ? Of(JsonElement.Parse(expected), json, "$") : $"no JSON: {Encoding.UTF8.GetString(actual)}";

    /// <summary>Event by event.</summary>
    public string? OfStreams(byte[] expected, byte[] actual)
    {
        List<(string Head, string Data)> wanted = Events(expected);
        List<(string Head, string Data)> got = Events(actual);
        for (int i = 0; i < Math.Min(wanted.Count, got.Count); i++)
        {
            if (wanted[i].Head != got[i].Head)
            {
                return $"event {i}: expected '{wanted[i].Head}', got '{got[i].Head}'";
            }

            bool json = wanted[i].Data.StartsWith('{');
            string? inner = json ? OfJson(Encoding.UTF8.GetBytes(wanted[i].Data), Encoding.UTF8.GetBytes(got[i].Data))
                : wanted[i].Data == got[i].Data ? null : $"expected '{wanted[i].Data}', got '{got[i].Data}'";
            if (inner is not null)
            {
                return $"event {i}: {inner}";
            }
        }

        return wanted.Count == got.Count ? null : $"expected {wanted.Count} events, got {got.Count}: {Encoding.UTF8.GetString(actual)}";
    }

    public string? Of(JsonElement expected, JsonElement actual, string path)
    {
        string name = path[(path.LastIndexOf('.') + 1)..];
        if (MayDiffer(name, expected, actual))
        {
            return null;
        }

        if (expected.ValueKind != actual.ValueKind)
        {
            return $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}";
        }

        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                string[] names = [.. expected.EnumerateObject().Concat(actual.EnumerateObject()).Select(m => m.Name).Distinct()];
                return names.Select(n => (expected.TryGetProperty(n, out JsonElement wanted), actual.TryGetProperty(n, out JsonElement got)) switch
                {
                    (true, true) => Of(wanted, got, $"{path}.{n}"),
                    (true, false) => $"{path}.{n}: missing, expected {wanted.GetRawText()}",
                    _ => $"{path}.{n}: unexpected {got.GetRawText()}",
                }).FirstOrDefault(difference => difference is not null);
            case JsonValueKind.Array:
                return expected.GetArrayLength() == actual.GetArrayLength()
                    ? expected.EnumerateArray().Zip(actual.EnumerateArray()).Select((pair, i) => Of(pair.First, pair.Second, $"{path}[{i}]")).FirstOrDefault(difference => difference is not null)
                    : $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}";
            default:
                return JsonElement.DeepEquals(expected, actual) ? null : $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}";
        }
    }

    private bool MayDiffer(string name, JsonElement expected, JsonElement actual) => (name, expected.ValueKind, actual.ValueKind) switch
    {
        ("id" or "tool_use_id" or "call_id" or "item_id", JsonValueKind.String, JsonValueKind.String) => (expected.GetString(), actual.GetString()) switch
        {
            ("msg_golden", { } made) => made.StartsWith("msg_", StringComparison.Ordinal),
            ("chatcmpl-fallback", { } made) => made.StartsWith("chatcmpl-", StringComparison.Ordinal),
            ("resp_golden", { } made) => made.StartsWith("resp_", StringComparison.Ordinal),
            ({ } wanted, { } made) when wanted.Contains("_golden_", StringComparison.Ordinal) => IsItemLike(wanted, made),
            ({ } wanted, { } made) when wanted.Contains("toolu_", StringComparison.Ordinal) && !upstream.Contains(wanted, StringComparison.Ordinal) => IsMadeLike(wanted, made),
            _ => false,
        },
        ("model", JsonValueKind.String, JsonValueKind.String) => expected.GetString() is "my-alias" or "my-claude" && actual.GetString() == model,
        ("request_id", JsonValueKind.String, JsonValueKind.String) => expected.GetString() == "req_golden" && actual.GetString()!.StartsWith("req_", StringComparison.Ordinal),
        ("created" or "created_at", JsonValueKind.Number, JsonValueKind.Number) => expected.GetInt64() == Created,
        ("input_tokens" or "prompt_tokens", JsonValueKind.Number, JsonValueKind.Number) => _isEstimated = expected.GetDouble() == EstimatedInput,
        ("total_tokens", JsonValueKind.Number, JsonValueKind.Number) => _isEstimated,
        _ => false,
    };

    /// <summary>Ids of items say their kind, the response, and their place in it.</summary>
    private static bool IsItemLike(string wanted, string made) =>
        made.Split('_') is [var kind, { Length: > 0 }, var place] && wanted == $"{kind}_golden_{place}";

    private bool IsMadeLike(string wanted, string made)
    {
        if (_made.TryGetValue(wanted, out string? before))
        {
            return before == made;
        }

        bool fresh = !_made.ContainsValue(made) && made.Length == wanted.Length && made.Split('_')[0] == wanted.Split('_')[0];
        _made[wanted] = made;
        return fresh;
    }

    /// <summary>What stands before the data, and the data, whatever the line ends.</summary>
    private static List<(string Head, string Data)> Events(byte[] stream) =>
    [
        .. Encoding.UTF8.GetString(stream).Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => (
            string.Join(' ', block.Split('\n').Where(line => !line.StartsWith("data: ", StringComparison.Ordinal))),
            string.Concat(block.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line["data: ".Length..])))),
    ];

    private static JsonElement? TryParse(byte[] json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
