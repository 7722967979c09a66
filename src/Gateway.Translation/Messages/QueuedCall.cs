using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>A tool call. What a free-text tool takes is wrapped in an object, since Anthropic's tools take nothing else.</summary>
internal sealed class QueuedCall(IMessagesWriter writer, ToolUseIds ids, in CallHead call) : QueuedBlock
{
    private readonly PooledBuffer _waiting = new(256);
    private readonly string _upstreamId = call.Id.ToString();
    private readonly string _name = call.Name.ToString();
    private readonly bool _isCustom = call.Kind == CallKind.Custom;

    /// <summary>The id that the client sees. It is made when it is first asked for.</summary>
    public string Id { get => field ??= ids.For(_upstreamId); init; } = null!;

    public override void Append(JsonText piece)
    {
        if (Leads && !_isCustom)
        {
            writer.WriteInput(piece);
        }
        else
        {
            piece.AppendPlain(_waiting);
        }
    }

    public override void End()
    {
        if (_isCustom)
        {
            using PooledBuffer input = new(_waiting.Length + 64);
            input.Append("{\"input\":\""u8);
            input.AppendEscaped(_waiting.Span);
            input.Append("\"}"u8);
            writer.WriteInput(JsonText.Plain(input.Span));
        }

        writer.StopBlock();
    }

    public override void Dispose() => _waiting.Dispose();

    protected override void Flush()
    {
        IsOpen = true;
        writer.StartToolUse(Id, _name);
        if (!_isCustom && _waiting.Length > 0)
        {
            writer.WriteInput(JsonText.Plain(_waiting.Span));
        }
    }
}
