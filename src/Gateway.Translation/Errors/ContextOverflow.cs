using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>
/// Finds out that a conversation was too long for the model and says it in Anthropic's words, which make Claude Code
/// compact the conversation or ask for less output instead of giving up.
/// </summary>
internal static partial class ContextOverflow
{
    private static readonly string[] s_signs =
    [
        "maximum context length", "context_length_exceeded", "exceed_context_size_error", "exceeds the available context size",
        "input token count", "range of input length should be", "too large for model with", "context length exceeded",
        "reduce the length of the messages", "prompt is too long", "context window", "n_keep", "input length and `max_tokens` exceed",
        "exceeds the context length", "is longer than the model's context length", "maximum prompt length",
        "exceeded model token limit", "loaded with context length", "`max_new_tokens` must be <=",
        // One request above the limit of tokens per minute: waiting never helps, a shorter request does.
        "reduce your message size", "must be reduced in order to run",
    ];

    /// <summary>Numbers as far as the upstream gave them: tokens of the input, of the wanted output, and the limit.</summary>
    private sealed record Numbers(long? Input, long? Output, long? Limit);

    /// <summary>An answer with less room than this is not worth a retry of our own: the client decides.</summary>
    private const int MinFittingTokens = 1024;

    /// <summary>Returns null when it is another error.</summary>
    /// <param name="status">The HTTP status that it came with.</param>
    /// <param name="text">What the upstream said.</param>
    /// <param name="size">Fills in numbers that the upstream left out; null when the request is not the gateway's own.</param>
    public static GatewayError? Find(int status, UpstreamErrorText text, RequestSize? size)
    {
        string message = text.Message ?? "";
        bool isOverflow = status switch
        {
            400 or 413 or 422 or 500 => IsOverflow(text) || text.Has("too many tokens"),
            // There too many tokens are too many a minute, which passes by itself.
            429 => IsOverflow(text),
            _ => false,
        };
        if (!isOverflow)
        {
            return null;
        }

        if (Own().IsMatch(message))
        {
            return Error(message, First(message, OwnLimit()));
        }

        Numbers numbers = Read(text);
        if (numbers is { Input: { } input, Output: { } output, Limit: { } limit } && input <= limit && input + output > limit)
        {
            return Error($"input length and `max_tokens` exceed context limit: {Show(input)} + {Show(output)} > {Show(limit)}, decrease input length or `max_tokens` and try again", limit) with
            {
                FittingMaxTokens = size is null ? null : Fitting(input, limit),
            };
        }

        if ((numbers.Limit ?? size?.Window) is { } max)
        {
            // The upstream has seen more than the limit, whatever the estimate says.
            long tokens = Math.Max(numbers.Input ?? size?.Input.Value ?? 0, max + 1);
            return Error($"prompt is too long: {Show(tokens)} tokens > {Show(max)} maximum", max);
        }

        return Error($"prompt is too long: {message}", null);
    }

    /// <summary>As <see cref="Find"/>, for an error in Anthropic's own words that came with no status of its own.</summary>
    public static GatewayError Mark(GatewayError error) => error.Type == ErrorType.InvalidRequest && Own().IsMatch(error.Message)
        ? error with { Code = GatewayError.ContextCode, ContextLimit = First(error.Message, OwnLimit()) }
        : error;

    private static GatewayError Error(string message, long? limit) =>
        new(400, ErrorType.InvalidRequest, message) { Code = GatewayError.ContextCode, ContextLimit = limit };

    /// <summary>The output that fits beside the input, less one percent of it: some upstreams only estimate.</summary>
    private static int? Fitting(long input, long limit) =>
        limit - input - (input / 100) is >= MinFittingTokens and <= int.MaxValue and long room ? (int)room : null;

    private static bool IsOverflow(UpstreamErrorText text) =>
        text.Code == GatewayError.ContextCode
        || text.Type == "exceed_context_size_error"
        || s_signs.Any(text.Has);

    private static Numbers Read(UpstreamErrorText text)
    {
        string message = text.Message ?? "";
        if (text.Object.Member("n_ctx"u8) is { ValueKind: JsonValueKind.Number } window)
        {
            return new Numbers(Number(text.Object.Member("n_prompt_tokens"u8)), null, Number(window));
        }

        long? limit = First(message, Limits());
        long? output = First(message, Outputs());
        long? input = First(message, Inputs());
        if (First(message, Totals()) is { } total && (input is null || output is not null))
        {
            // The total also counts what is named beside the messages, such as functions.
            input = output is { } o && o < total ? total - o : total;
        }

        return new Numbers(input, output, limit);
    }

    private static long? Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number) ? number : null;

    private static long? First(string text, Regex pattern)
    {
        Match match = pattern.Match(text);
        string? digits = match.Groups.Cast<Group>().Skip(1).FirstOrDefault(g => g.Success)?.Value.Replace(",", "", StringComparison.Ordinal);
        return long.TryParse(digits, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"maximum (?:context|prompt) length(?: is| of|:) ([\d,]+)|n_ctx: ([\d,]+)|must be <= ([\d,]+)|maximum number of tokens allowed \(?([\d,]+)|should be \[\d+, ?([\d,]+)\]|with ([\d,]+) maximum context|context (?:length|window|size)[^\d]{0,40}([\d,]+) tokens|limit(?: is| of)?:? ([\d,]+)|> ([\d,]+) - ", RegexOptions.IgnoreCase)]
    private static partial Regex Limits();

    [GeneratedRegex(@"\(([\d,]+) in the (?:messages|prompt)|prompt contains (?:at least )?([\d,]+)(?: input)? tokens|request has ([\d,]+) input tokens|messages resulted in ([\d,]+) tokens|input token count \(?([\d,]+)|your (?:prompt|input)[^\d]{0,30}([\d,]+) tokens|the prompt is ([\d,]+)|request \(([\d,]+) tokens|request contains ([\d,]+) tokens|n_keep: ([\d,]+)|keep the first ([\d,]+)|prompt is too long: ([\d,]+)|\(requested: ([\d,]+)|given: ([\d,]+) `?inputs", RegexOptions.IgnoreCase)]
    private static partial Regex Inputs();

    [GeneratedRegex(@"([\d,]+) in the (?:completion|output)|([\d,]+) `max_new_tokens`|([\d,]+) (?:output|completion) tokens|is too large: ([\d,]+)|max_(?:completion_)?tokens[`']?[^\d]{1,12}([\d,]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Outputs();

    [GeneratedRegex(@"prompt is too long: [\d,]+ tokens > [\d,]+ maximum|input length and `max_tokens` exceed context limit: [\d,]+ \+ ", RegexOptions.IgnoreCase)]
    private static partial Regex Own();

    [GeneratedRegex(@"> ([\d,]+)")]
    private static partial Regex OwnLimit();

    [GeneratedRegex(@"requested (?:about )?([\d,]+)(?: tokens|, please|\.)", RegexOptions.IgnoreCase)]
    private static partial Regex Totals();
}
