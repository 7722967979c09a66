using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Gives calls back to the client as it declared the tools: under its own names, free-text tools as text, and the call
/// that stands for structured output as the text that was asked for. Only there when the request has such tools.
/// </summary>
internal sealed class ClientTools : IAnswerSink
{
    /// <summary>The tool that stands for structured output: its input is the answer's text.</summary>
    public const string JsonName = "json_output";

    private readonly AnswerContext _context;
    private readonly IAnswerSink _next;

    /// <summary>Calls that do not pass as they are, by block: what is held of a free-text tool; null for structured output.</summary>
    private readonly Dictionary<int, PooledBuffer?> _changed = [];
    private readonly HashSet<int> _written = [];
    private bool _called;

    private ClientTools(AnswerContext context, IAnswerSink next)
    {
        _context = context;
        _next = next;
    }

    /// <summary>The sink itself where there is nothing to change.</summary>
    public static IAnswerSink Over(IAnswerSink sink, AnswerContext context) =>
        context.ToolNames.Count > 0 || context.CustomTools.Count > 0 || context.JsonTool ? new ClientTools(context, sink) : sink;

    public bool Started => _next.Started;

    public void Start() => _next.Start();

    public void Ping() => _next.Ping();

    public void Fail(GatewayError error) => _next.Fail(error);

    public void Begin(in AnswerStart start) => _next.Begin(start);

    public void Open(int block, BlockKind kind) => _next.Open(block, kind);

    public void OpenCall(int block, in CallHead call)
    {
        string told = call.Name.ToString();
        string name = _context.ToolNames.GetValueOrDefault(told, told);
        if (_context.JsonTool && name == JsonName)
        {
            _changed.Add(block, null);
            _next.Open(block, BlockKind.Text);
            return;
        }

        _called = true;
        JsonText own = ReferenceEquals(name, told) ? call.Name : JsonText.Plain(Encoding.UTF8.GetBytes(name));
        bool isCustom = call.Kind == CallKind.Function && _context.CustomTools.Contains(name);
        if (isCustom)
        {
            _changed.Add(block, new PooledBuffer(256));
        }

        _next.OpenCall(block, new CallHead(call.Id, own, isCustom ? CallKind.Custom : call.Kind));
    }

    public void Append(int block, JsonText piece)
    {
        if (_changed.Count > 0 && _changed.TryGetValue(block, out PooledBuffer? held))
        {
            if (held is not null)
            {
                piece.AppendEscaped(held);
                return;
            }

            _written.Add(block);
        }

        _next.Append(block, piece);
    }

    public void Keep(int block, in ReasoningState state) => _next.Keep(block, state);

    public void Cite(int block, in WebSource source) => _next.Cite(block, source);

    public void Close(int block)
    {
        if (_changed.Remove(block, out PooledBuffer? held))
        {
            if (held is not null)
            {
                AppendInput(block, held);
                held.Dispose();
            }
            else if (!_written.Contains(block))
            {
                _next.Append(block, JsonText.Plain("{}"u8));
            }
        }

        _next.Close(block);
    }

    public void End(in AnswerEnd end) => _next.End(end.Stop == AnswerStop.ToolUse && !_called ? end with { Stop = AnswerStop.EndTurn } : end);

    public void Dispose()
    {
        foreach (PooledBuffer? held in _changed.Values)
        {
            held?.Dispose();
        }

        _next.Dispose();
    }

    /// <summary>A free-text tool's input is one member of the object that was written, so it can only go out when that is whole.</summary>
    private void AppendInput(int block, PooledBuffer escaped)
    {
        using PooledBuffer written = new(escaped.Length);
        JsonUnescape.Append(escaped.Span, written);
        try
        {
            ReadOnlySpan<byte> text = JsonFields.Find(written.Span, "input"u8);
            if (JsonRaw.IsText(text))
            {
                _next.Append(block, JsonText.Escaped(JsonRaw.Text(text)));
                return;
            }
        }
        catch (JsonException)
        {
            // Cut short or not JSON at all: the client gets what was written.
        }

        _next.Append(block, JsonText.Plain(written.Span));
    }
}
