namespace Gateway.Tests.Telemetry;

/// <summary>A span as it was exported.</summary>
public sealed record OtlpSpan(string TraceId, string Id, string Parent, string Name, string Kind, ulong Started, bool Failed, IReadOnlyDictionary<string, object?> Attributes)
{
    private static readonly string[] s_kinds = ["", "internal", "server", "client", "producer", "consumer"];

    public static OtlpSpan From(ProtoFields span) => new(
        span.First(1)!.Hex,
        span.First(2)!.Hex,
        span.First(4)?.Hex ?? "",
        span.First(5)!.Text,
        s_kinds[(int)span.First(6)!.Value],
        span.First(7)!.Value,
        span.Messages(15).Any(status => status.First(3)?.Value == 2),
        OtlpAttributes.Read(span, 9));
}
