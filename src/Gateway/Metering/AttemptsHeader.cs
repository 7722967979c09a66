using System.Globalization;
using System.Text;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Upstreams;

namespace Gateway.Metering;

/// <summary>
/// <c>x-gateway-attempts: openai/gpt-5 529; azure/gpt-5 200</c>: who was asked, in order, and what each answered: its own
/// HTTP status, or a word where there was none. One that answered 200 and gave no answer has its error behind that.
/// </summary>
internal static class AttemptsHeader
{
    private const int MaxLength = 512;

    /// <summary>Null when nobody was asked.</summary>
    public static string? Of(RequestRecord record)
    {
        List<string> entries = [.. record.PassedOver.Select(skipped => Entry(skipped.Target, "skipped"))];
        entries.AddRange(record.Attempts.Select(attempt => Entry(attempt.Target, Answer(attempt))));
        if (record is { Trying: true, Target: { } target })
        {
            entries.Add(Entry(target, record.UpstreamStatus is { } status ? Number(status) : "waiting"));
        }

        return entries.Count == 0 ? null : Join(entries);
    }

    private static string Answer(AttemptRecord attempt) => attempt switch
    {
        { Unsaid: true } => "unsaid",
        { Error: null, UpstreamStatus: var status } => Number(status ?? 200),
        { UpstreamStatus: >= 300 and { } status } => Number(status),
        { UpstreamStatus: { } status } => $"{Number(status)} {AttemptWords.Error(attempt.Error)}",
        _ => AttemptWords.Error(attempt.Error) is "timeout_error" ? "timeout" : "unreachable",
    };

    private static string Number(int status) => status.ToString(CultureInfo.InvariantCulture);

    /// <summary>What separates entries and their parts stands in no name.</summary>
    private static string Entry(Target target, string answer) =>
        $"{HeaderText.Encode(target.ToString()).Replace(";", "%3B", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal)} {answer}";

    /// <summary>As many as fit, and how many do not.</summary>
    private static string Join(List<string> entries)
    {
        StringBuilder text = new();
        for (int i = 0; i < entries.Count; i++)
        {
            if (text.Length + entries[i].Length > MaxLength)
            {
                return text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : "; ")}+{entries.Count - i}").ToString();
            }

            text.Append(i == 0 ? "" : "; ").Append(entries[i]);
        }

        return text.ToString();
    }
}
