using System.Text;
using Google.Protobuf;

namespace Gateway.Tests.Telemetry;

/// <summary>One field of a protobuf message: a number, or bytes that may be a text or another message.</summary>
public sealed record ProtoField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public string Hex => Convert.ToHexStringLower(Bytes.Span);

    public double Fraction => BitConverter.UInt64BitsToDouble(Value);
}

/// <summary>A protobuf message without its schema.</summary>
public sealed class ProtoFields
{
    private readonly List<ProtoField> _fields = [];

    public ProtoFields(ReadOnlyMemory<byte> message)
    {
        using CodedInputStream input = new(message.ToArray());
        while (input.ReadTag() is var tag and not 0)
        {
            _fields.Add(ReadField(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag), input));
        }
    }

    public IEnumerable<ProtoField> All(int number) => _fields.Where(f => f.Number == number);

    public IEnumerable<ProtoFields> Messages(int number) => All(number).Select(f => new ProtoFields(f.Bytes));

    public ProtoField? First(int number) => _fields.FirstOrDefault(f => f.Number == number);

    private static ProtoField ReadField(int number, WireFormat.WireType type, CodedInputStream input) => type switch
    {
        WireFormat.WireType.Varint => new ProtoField(number, input.ReadUInt64(), default),
        WireFormat.WireType.Fixed64 => new ProtoField(number, input.ReadFixed64(), default),
        WireFormat.WireType.Fixed32 => new ProtoField(number, input.ReadFixed32(), default),
        WireFormat.WireType.LengthDelimited => new ProtoField(number, 0, input.ReadBytes().Memory),
        _ => throw new FormatException($"{type} is no wire type of OTLP."),
    };
}
