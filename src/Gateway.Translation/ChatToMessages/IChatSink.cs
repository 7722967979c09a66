using System.Buffers;
using Gateway.Translation.Messages;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Where a Chat answer goes piece by piece: chunks now, or one body at the end. Texts come escaped for JSON.</summary>
internal interface IChatSink : IDisposable
{
    void Begin(ReadOnlySpan<byte> id, IBufferWriter<byte> client);

    void Content(ReadOnlySpan<byte> text, IBufferWriter<byte> client);

    void Refusal(ReadOnlySpan<byte> text, IBufferWriter<byte> client);

    void Reasoning(ReadOnlySpan<byte> text, IBufferWriter<byte> client);

    /// <summary>One whole object of <c>reasoning_details</c>.</summary>
    void ReasoningDetail(ReadOnlySpan<byte> json, IBufferWriter<byte> client);

    /// <summary>One whole object of <c>annotations</c>.</summary>
    void Annotation(ReadOnlySpan<byte> json, IBufferWriter<byte> client);

    void ToolStart(int index, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, bool custom, IBufferWriter<byte> client);

    void ToolInput(int index, ReadOnlySpan<byte> text, bool custom, IBufferWriter<byte> client);

    void Finish(string reason, IBufferWriter<byte> client);

    void End(MessagesUsage usage, long outputCharacters, IBufferWriter<byte> client);
}
