using System.Globalization;
using System.Text;

namespace Azure.Data.Tables.Rest;

/// <summary>Takes the answer to a transaction apart: one response for each action, or a single one for the action that failed.</summary>
internal static class TransactionResponse
{
    private const string StatusLine = "HTTP/1.1 ";

    public static IReadOnlyList<Response> ToResponses(Response whole)
    {
        List<Response> responses = [];
        string[] lines = whole.Content.ToString().ReplaceLineEndings("\n").Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            if (lines[at].StartsWith(StatusLine, StringComparison.Ordinal))
            {
                responses.Add(ReadPart(lines, ref at));
            }
        }

        return responses.Find(response => response.IsError) is { } failed
            ? throw new TableTransactionFailedException(ServiceErrorParser.ToException(failed))
            : responses;
    }

    private static PartResponse ReadPart(string[] lines, ref int at)
    {
        string[] status = lines[at][StatusLine.Length..].Split(' ', 2);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (at++; at < lines.Length && lines[at].Length > 0; at++)
        {
            string[] header = lines[at].Split(':', 2, StringSplitOptions.TrimEntries);
            headers[header[0]] = header.ElementAtOrDefault(1) ?? string.Empty;
        }

        var body = new StringBuilder();
        for (at++; at < lines.Length && !lines[at].StartsWith("--changesetresponse", StringComparison.Ordinal); at++)
        {
            body.Append(lines[at]).Append('\n');
        }

        return new PartResponse(int.Parse(status[0], CultureInfo.InvariantCulture), status.ElementAtOrDefault(1), headers, body.ToString());
    }
}
