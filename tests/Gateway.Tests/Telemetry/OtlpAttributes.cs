namespace Gateway.Tests.Telemetry;

/// <summary>Attributes as OTLP writes them: pairs of a key and a value of one of four types.</summary>
internal static class OtlpAttributes
{
    public static IReadOnlyDictionary<string, object?> Read(ProtoFields owner, int field) =>
        owner.Messages(field).ToDictionary(pair => pair.First(1)!.Text, pair => Value(new ProtoFields(pair.First(2)!.Bytes)));

    private static object? Value(ProtoFields value) =>
        value.First(1) is { } text ? text.Text
        : value.First(2) is { } flag ? (object)(flag.Value != 0)
        : value.First(3) is { } number ? (object)(long)number.Value
        : value.First(4)?.Fraction;
}
