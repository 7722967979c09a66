using System.Text;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Hub;

/// <summary>
/// Gives calls back to the client as it declared the tools: under its own names, also those of properties, free-text tools
/// as text, and the call that stands for structured output as the text that was asked for. Only there when the request has
/// such tools.
/// </summary>
internal sealed class ClientTools : IAnswerSink
{
    /// <summary>The tool that stands for structured output: its input is the answer's text.</summary>
    public const string JsonName = "json_output";

    private readonly AnswerContext _context;
    private readonly IAnswerSink _next;

    /// <summary>Input that can only go out when it is whole, by block.</summary>
    private readonly Dictionary<int, HeldInput> _held = [];

    /// <summary>Blocks of structured output, and whether anything of it was written.</summary>
    private readonly Dictionary<int, bool> _json = [];
    private bool _called;

    private ClientTools(AnswerContext context, IAnswerSink next)
    {
        _context = context;
        _next = next;
    }

    /// <summary>The sink itself where there is nothing to change.</summary>
    public static IAnswerSink Over(IAnswerSink sink, AnswerContext context) =>
        context.ToolNames.Count > 0 || context.PropertyNames.Count > 0 || context.CustomTools.Count > 0 || context.JsonTool ? new ClientTools(context, sink) : sink;

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
        if (_context.PropertyNames.TryGetValue(name, out IReadOnlyDictionary<string, string>? properties))
        {
            _held.Add(block, new HeldInput(properties));
        }

        if (_context.JsonTool && name == JsonName)
        {
            _json.Add(block, false);
            _next.Open(block, BlockKind.Text);
            return;
        }

        _called = true;
        JsonText own = ReferenceEquals(name, told) ? call.Name : JsonText.Plain(Encoding.UTF8.GetBytes(name));
        bool isCustom = call.Kind == CallKind.Function && _context.CustomTools.Contains(name);
        if (isCustom)
        {
            _held.Add(block, new HeldInput(null));
        }

        _next.OpenCall(block, new CallHead(call.Id, own, isCustom ? CallKind.Custom : call.Kind));
    }

    public void Append(int block, JsonText piece)
    {
        if (_held.Count > 0 && _held.TryGetValue(block, out HeldInput? held))
        {
            held.Append(piece);
            return;
        }

        if (_json.ContainsKey(block))
        {
            _json[block] = true;
        }

        _next.Append(block, piece);
    }

    public void Keep(int block, in ReasoningState state) => _next.Keep(block, state);

    public void Cite(int block, in WebSource source) => _next.Cite(block, source);

    public void Close(int block)
    {
        if (_held.Remove(block, out HeldInput? held))
        {
            using (held)
            {
                if (held.WriteTo(_next, block))
                {
                    _json.Remove(block);
                }
            }
        }

        if (_json.Remove(block, out bool written) && !written)
        {
            _next.Append(block, JsonText.Plain("{}"u8));
        }

        _next.Close(block);
    }

    public void End(in AnswerEnd end) => _next.End(end.Stop == AnswerStop.ToolUse && !_called ? end with { Stop = AnswerStop.EndTurn } : end);

    public void Dispose()
    {
        foreach (HeldInput held in _held.Values)
        {
            held.Dispose();
        }

        _next.Dispose();
    }
}
