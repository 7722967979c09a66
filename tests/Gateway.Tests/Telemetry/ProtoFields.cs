using System.Buffers.Binary;
using System.Text;

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
        while (!message.IsEmpty)
        {
            ulong tag = Varint(ref message);
            _fields.Add(ReadField(tag, ref message));
        }
    }

    public IEnumerable<ProtoField> All(int number) => _fields.Where(f => f.Number == number);

    public IEnumerable<ProtoFields> Messages(int number) => All(number).Select(f => new ProtoFields(f.Bytes));

    public ProtoField? First(int number) => _fields.FirstOrDefault(f => f.Number == number);

    private static ProtoField ReadField(ulong tag, ref ReadOnlyMemory<byte> rest)
    {
        int number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                return new ProtoField(number, Varint(ref rest), default);
            case 1:
                return new ProtoField(number, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref rest, 8).Span), default);
            case 2:
                return new ProtoField(number, 0, Take(ref rest, (int)Varint(ref rest)));
            case 5:
                return new ProtoField(number, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, 4).Span), default);
            default:
                throw new FormatException($"Wire type {tag & 7} is none of protobuf's.");
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int length)
    {
        ReadOnlyMemory<byte> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> rest)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = Take(ref rest, 1).Span[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
