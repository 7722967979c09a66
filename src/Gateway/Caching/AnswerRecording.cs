using System.Buffers;

namespace Gateway.Caching;

/// <summary>A copy of an answer, made while its client gets it. One that grows too large is no copy any more.</summary>
internal sealed class AnswerRecording
{
    /// <summary>What is larger is no answer that many would ask for in the same words.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private ArrayBufferWriter<byte>? _bytes = new();

    /// <summary>Without the room that was kept for more. Null when the answer was too large.</summary>
    public byte[]? ToArray() => _bytes?.WrittenSpan.ToArray();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes?.WrittenCount + bytes.Length > MaxBytes)
        {
            _bytes = null;
        }

        _bytes?.Write(bytes);
    }
}
