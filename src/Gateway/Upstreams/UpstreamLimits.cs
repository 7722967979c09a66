using Gateway.Settings;
using Gateway.Translation.Errors;
using Microsoft.Extensions.Configuration;

namespace Gateway.Upstreams;

/// <summary>How much of an answer the gateway holds in memory: the settings <c>Gateway:Upstream:Max*Megabytes</c>.</summary>
public sealed record UpstreamLimits
{
    private const int BytesPerMegabyte = 1024 * 1024;

    /// <summary>One buffer of .NET ends at 2 GB, and a translation needs several times what it translates.</summary>
    private const double Largest = 512;

    /// <summary>
    /// A whole answer, and all the bytes of a stream that is translated: thinking, calls and text are kept until they are
    /// complete. Streams that pass between servers and clients of the same API are not kept and may be longer.
    /// </summary>
    public int MaxAnswerBytes { get; init; } = 64 * BytesPerMegabyte;

    /// <summary>One event of a stream, which is kept until its last byte is here.</summary>
    public int MaxEventBytes { get; init; } = 16 * BytesPerMegabyte;

    public static GatewayError AnswerTooLarge { get; } = GatewayError.BadGateway("The upstream's answer is larger than this gateway takes.");

    /// <summary>What to tell the client of a stream that has grown too large; null while it has not.</summary>
    /// <param name="total">Bytes of the stream so far.</param>
    /// <param name="pending">Bytes of the event at hand.</param>
    /// <param name="relayed">Nothing is kept of events that are complete.</param>
    public GatewayError? Exceeded(long total, int pending, bool relayed) =>
        pending > MaxEventBytes ? GatewayError.BadGateway("An event of the upstream's stream is larger than this gateway takes.")
        : total > MaxAnswerBytes && !relayed ? AnswerTooLarge
        : null;

    /// <exception cref="ConfigurationException">A setting is no number of megabytes, or too many.</exception>
    public static UpstreamLimits Read(IConfiguration configuration)
    {
        NumberSettings settings = new(configuration);
        UpstreamLimits usual = new();
        UpstreamLimits limits = new()
        {
            MaxAnswerBytes = Megabytes("MaxAnswer", usual.MaxAnswerBytes),
            MaxEventBytes = Megabytes("MaxEvent", usual.MaxEventBytes),
        };
        settings.ThrowIfWrong();
        return limits;

        int Megabytes(string name, int unsaid) =>
            (int)(settings.Read($"Gateway:Upstream:{name}Megabytes", unsaid / BytesPerMegabyte, Largest, "megabytes") * BytesPerMegabyte);
    }
}
