using System.Buffers;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Tokenizers;

namespace Gateway.Completions;

/// <summary>
/// o200k_base, the tokenizer of OpenAI's models since GPT-4o. Its 200,000 entries take up to a second and 60 MB, so they
/// are loaded beside the first requests, which do without.
/// </summary>
internal sealed partial class O200kTokenizer(Func<Tokenizer> load, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>
    /// Characters that the tokenizer gets at a time. It takes time by the square of a piece's length: for 100,000 letters
    /// without a space seconds, in parts of this length as long as for any other text.
    /// </summary>
    private const int LongestPart = 512;

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Http.O200kTokenizer");
    private volatile Tokenizer? _tokenizer;

    /// <summary>Counts plain UTF-8 text; null until the tokenizer is loaded.</summary>
    public Func<ReadOnlySpan<byte>, long>? Counter => _tokenizer is null ? null : Count;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long start = time.GetTimestamp();
        try
        {
            _tokenizer = load();
            Loaded(_logger, (long)time.GetElapsedTime(start).TotalMilliseconds);
        }
        catch (Exception exception)
        {
            // Estimates are better than no gateway.
            Failed(_logger, exception);
        }

        return Task.CompletedTask;
    }

    private long Count(ReadOnlySpan<byte> utf8)
    {
        char[] rented = ArrayPool<char>.Shared.Rent(utf8.Length);
        ReadOnlySpan<char> rest = rented.AsSpan(0, Encoding.UTF8.GetChars(utf8, rented));
        long tokens = 0;
        while (!rest.IsEmpty)
        {
            int length = PartOf(rest);
            tokens += _tokenizer!.CountTokens(rest[..length]);
            rest = rest[length..];
        }

        ArrayPool<char>.Shared.Return(rented);
        return tokens;
    }

    /// <summary>
    /// Ends behind a letter and before white space or a mark, where the tokenizer cuts in any case. Text that has no such
    /// place is cut anywhere, which makes a token more or less.
    /// </summary>
    private static int PartOf(ReadOnlySpan<char> text)
    {
        if (text.Length <= LongestPart)
        {
            return text.Length;
        }

        for (int at = LongestPart; at > 1; at--)
        {
            if (char.IsLetter(text[at - 1]) && (char.IsWhiteSpace(text[at]) || (char.IsPunctuation(text[at]) && text[at] != '\'')))
            {
                return at;
            }
        }

        return char.IsHighSurrogate(text[LongestPart - 1]) ? LongestPart - 1 : LongestPart;
    }

    [LoggerMessage(50, LogLevel.Information, "The tokenizer o200k_base was loaded in {Milliseconds} ms; until now its models' tokens were estimated")]
    private static partial void Loaded(ILogger logger, long milliseconds);

    [LoggerMessage(51, LogLevel.Error, "The tokenizer o200k_base could not be loaded; its models' tokens are estimated")]
    private static partial void Failed(ILogger logger, Exception exception);
}
