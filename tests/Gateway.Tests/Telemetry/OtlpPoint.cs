using System.Runtime.InteropServices;

namespace Gateway.Tests.Telemetry;

/// <summary>One series of a metric. Counters have a sum only.</summary>
public sealed record OtlpPoint(ulong Count, double Sum, double[] Bounds, IReadOnlyDictionary<string, object?> Attributes)
{
    public static IEnumerable<OtlpPoint> From(ProtoFields metric)
    {
        IEnumerable<OtlpPoint> sums = metric.Messages(7).SelectMany(sum => sum.Messages(1))
            .Select(p => new OtlpPoint(1, p.First(6)!.Value, [], OtlpAttributes.Read(p, 7)));
        IEnumerable<OtlpPoint> histograms = metric.Messages(9).SelectMany(histogram => histogram.Messages(1))
            .Select(p => new OtlpPoint(p.First(4)!.Value, p.First(5)!.Fraction, Doubles(p), OtlpAttributes.Read(p, 9)));
        return sums.Concat(histograms);
    }

    /// <summary>Numbers come one by one or packed.</summary>
    private static double[] Doubles(ProtoFields point) =>
        [.. point.All(7).SelectMany(f => f.Bytes.IsEmpty ? [f.Fraction] : MemoryMarshal.Cast<byte, double>(f.Bytes.Span).ToArray())];
}
