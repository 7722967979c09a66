using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>A call of one of the client's tools.</summary>
internal sealed class CallItem : ResponsesBlock
{
    private readonly ResponsesOutput _output;
    private readonly bool _isCustom;
    private readonly byte[] _head;
    private readonly byte[] _name;
    private readonly ItemPlace _place;
    private readonly PooledBuffer _input = new(256);

    /// <param name="output">Where to.</param>
    /// <param name="kind">Whether its input is text.</param>
    /// <param name="id">As results name it.</param>
    /// <param name="name">As the model called it.</param>
    /// <param name="namespaces">From such names to the client's.</param>
    public CallItem(ResponsesOutput output, CallKind kind, string id, string name, IReadOnlyDictionary<string, (string Namespace, string Name)> namespaces)
    {
        (_output, _isCustom) = (output, kind == CallKind.Custom);
        bool isQualified = namespaces.TryGetValue(name, out (string Namespace, string Name) own);
        using PooledBuffer head = new(128);
        head.Append(_isCustom ? "\"type\":\"custom_tool_call\",\"call_id\":\""u8 : "\"type\":\"function_call\",\"call_id\":\""u8);
        head.AppendEscaped(id);
        if (isQualified)
        {
            head.Append("\",\"namespace\":\""u8);
            head.AppendEscaped(own.Namespace);
        }

        int start = head.Length;
        head.Append("\",\"name\":\""u8);
        head.AppendEscaped(isQualified ? own.Name : name);
        head.Append("\""u8);
        _head = head.Span.ToArray();
        _name = head.Span[(start + 1)..].ToArray();
        _place = output.Add(_isCustom ? "ctc_" : "fc_", Members([], "in_progress"u8));
    }

    public override void Append(JsonText piece)
    {
        int before = _input.Length;
        piece.AppendEscaped(_input);
        if (_input.Length > before)
        {
            _output.Tell(_place, _isCustom ? ResponsesEvents.InputDelta : ResponsesEvents.ArgumentsDelta, [], "delta"u8, piece);
        }
    }

    public override void Close()
    {
        if (_input.Length == 0 && !_isCustom)
        {
            // A call without arguments still needs an object.
            Append(JsonText.Plain("{}"u8));
        }

        _output.Tell(_place, _isCustom ? ResponsesEvents.InputDone : ResponsesEvents.ArgumentsDone, _isCustom ? [] : _name, _isCustom ? "input"u8 : "arguments"u8, JsonText.Escaped(_input.Span));
        _output.Finish(_place, Members(_input.Span, IsWhole() ? "completed"u8 : "incomplete"u8));
    }

    /// <summary>What the limit of the output has cut is not to be run.</summary>
    private bool IsWhole()
    {
        if (_isCustom)
        {
            return true;
        }

        using PooledBuffer plain = new(_input.Length + 1);
        JsonUnescape.Append(_input.Span, plain);
        return JsonFormat.IsWhole(plain.Span);
    }

    public override void Dispose() => _input.Dispose();

    private byte[] Members(ReadOnlySpan<byte> input, ReadOnlySpan<byte> status) =>
        [.. _head, .. _isCustom ? ",\"input\":\""u8 : ",\"arguments\":\""u8, .. input, .. "\",\"status\":\""u8, .. status, .. "\""u8];
}
