using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// How much output a request of either API allows. What is reserved of a budget is reckoned from these fields, so they
/// are read here only, and whatever an upstream could read differently is refused: no number, no whole number, a field
/// that is there twice, a name in other letters.
/// </summary>
/// <param name="MaxTokens">The most tokens of one answer; null when the client does not say. 0 only warms a cache.</param>
/// <param name="Answers">How many answers the upstream makes, and bills.</param>
public readonly record struct OutputLimits(long? MaxTokens, long Answers)
{
    private static readonly string[] s_fields = ["max_tokens", "max_completion_tokens", "max_output_tokens", "n", "best_of", "thinking", "reasoning"];
    private static readonly string[] s_inThinking = ["budget_tokens"];
    private static readonly string[] s_inReasoning = ["max_tokens"];

    /// <summary>Reads the top level of a body; the second part says what is wrong, beginning with the path of the field.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="zeroWarmsCache">A <c>max_tokens</c> of 0 is allowed: on Messages it fills the prompt cache.</param>
    public static (OutputLimits Limits, string? Wrong) Read(JsonElement body, bool zeroWarmsCache)
    {
        JsonElement[] found = new JsonElement[s_fields.Length];
        if (Find(body, "", s_fields, found) is { } confusing)
        {
            return (default, confusing);
        }

        long?[] counts = new long?[5];
        for (int i = 0; i < counts.Length; i++)
        {
            bool zero = i == 0 && zeroWarmsCache;
            if (found[i].Exists() && !TryCount(found[i], zero, out counts[i]))
            {
                return (default, NoCount(s_fields[i], zero));
            }
        }

        string? wrong = Inside(found[5], "thinking.", s_inThinking) ?? Inside(found[6], "reasoning.", s_inReasoning);

        // Which one an upstream obeys is its own matter: the largest counts. max_output_tokens alone may be unknown to it.
        long? most = counts[0] is null && counts[1] is null ? null : Math.Max(counts[0] ?? 0, Math.Max(counts[1] ?? 0, counts[2] ?? 0));
        return (new OutputLimits(most, Math.Max(counts[3] ?? 1, counts[4] ?? 1)), wrong);
    }

    private static string? Inside(JsonElement value, string path, string[] names)
    {
        if (!value.IsObject())
        {
            return null;
        }

        JsonElement[] found = new JsonElement[names.Length];
        return Find(value, path, names, found)
            ?? (found[0].ValueKind == JsonValueKind.Undefined || TryCount(found[0], zero: false, out _) ? null : NoCount(path + names[0]));
    }

    /// <summary>Collects the members of these names. Says so when one is there twice or in other letters.</summary>
    private static string? Find(JsonElement element, string path, string[] names, JsonElement[] found)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            int index = IndexOf(member, names);
            if (index < 0)
            {
                continue;
            }

            if (member.Name != names[index])
            {
                return $"{path}{names[index]}: must be written in these letters; some servers would read '{names[index]}' in other letters, too";
            }

            if (found[index].ValueKind != JsonValueKind.Undefined)
            {
                return $"{path}{names[index]}: is there twice; send it once";
            }

            found[index] = member.Value;
        }

        return null;
    }

    /// <summary>Which of the names a lenient server would take this one for, or -1.</summary>
    private static int IndexOf(JsonProperty member, string[] names)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (Ascii.IsValid(raw) && !raw.Contains((byte)'\\'))
        {
            for (int i = 0; i < names.Length; i++)
            {
                if (Ascii.EqualsIgnoreCase(raw, names[i]))
                {
                    return i;
                }
            }

            return -1;
        }

        // Go's JSON reader also takes the long s and the Kelvin sign for s and k.
        string name = member.Name.Replace('\u017F', 's').Replace('\u212A', 'k');
        return Array.FindIndex(names, candidate => string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Digits alone: what <c>1e3</c> or <c>10.0</c> are is for each server to decide.</summary>
    private static bool TryCount(JsonElement value, bool zero, out long? count)
    {
        ReadOnlySpan<byte> raw = JsonFormat.Raw(value);
        bool ok = long.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && (number > 0 || zero);
        count = ok ? number : null;
        return ok;
    }

    private static string NoCount(string path, bool zero = false) => $"{path}: must be a positive integer" + (zero ? ", or 0 to fill the prompt cache" : "");
}
