using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Upstreams;

/// <summary>A request in the words of one upstream, and the way back.</summary>
internal sealed class UpstreamCall(UpstreamRequest request, PooledBuffer body, TranslationReport report, Func<AnswerTranslator> createTranslator) : IDisposable
{
    public UpstreamRequest Request => request;

    public TranslationReport Report => report;

    /// <summary>Client and upstream speak the same API: errors may pass as they are.</summary>
    public bool SameForm { get; init; }

    /// <summary>The length of a request whose output limit the gateway writes itself; null for all others.</summary>
    public RequestSize? Size { get; init; }

    /// <summary>What the gateway may leave out or lower when the upstream refuses it.</summary>
    public WrittenParameters Wrote { get; init; } = WrittenParameters.None;

    /// <summary>Hears when the upstream begins to answer; null where nobody wants to know.</summary>
    public CallWatch? Watch { get; set; }

    public AnswerTranslator CreateTranslator() => createTranslator();

    public void Dispose() => body.Dispose();
}
