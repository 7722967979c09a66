using System.Buffers;

namespace Gateway.Caching;

/// <summary>A copy of an answer, made while its client gets it. One that grows too large is no copy any more.</summary>
internal sealed class AnswerRecording
{
    /// <summary>What is larger is no answer that many would ask for in the same words.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private ArrayBufferWriter<byte>? _bytes = new();

    /// <summary>Null when the answer was too large.</summary>
    public ReadOnlyMemory<byte>? Bytes => _bytes?.WrittenMemory;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes?.WrittenCount + bytes.Length > MaxBytes)
        {
            _bytes = null;
        }

        _bytes?.Write(bytes);
    }
}
