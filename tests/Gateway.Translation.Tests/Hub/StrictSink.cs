using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Hub;

/// <summary>Holds a reader to what sinks rely on: the contract of <see cref="IAnswerSink"/>.</summary>
internal sealed class StrictSink : IAnswerSink
{
    private readonly Dictionary<int, PooledBuffer?> _open = [];
    private int _next;
    private bool _begun;

    public bool Ended { get; private set; }

    public bool Started => _begun;

    public void Start() => _begun = true;

    public void Ping() => Assert.True(_begun);

    public void Fail(GatewayError error) => Assert.False(Ended);

    public void Begin(in AnswerStart start)
    {
        Assert.False(_begun);
        _begun = true;
    }

    public void Open(int block, BlockKind kind) => Add(block, null);

    public void OpenCall(int block, in CallHead call)
    {
        Assert.False(call.Name.IsEmpty);
        Add(block, call.Kind == CallKind.Function ? new PooledBuffer() : null);
    }

    public void Append(int block, JsonText piece)
    {
        Check(block);
        using PooledBuffer escaped = new();
        piece.AppendEscaped(escaped);
        using JsonDocument whole = JsonDocument.Parse((byte[])[(byte)'"', .. escaped.Span, (byte)'"']);
        if (_open[block] is { } arguments)
        {
            piece.AppendPlain(arguments);
        }
        else
        {
            // Throws on half a character.
            whole.RootElement.GetString();
        }
    }

    public void Keep(int block, in ReasoningState state) => Check(block);

    public void Cite(int block, in WebSource source) => Check(block);

    public void Close(int block)
    {
        Check(block);
        Assert.True(_open.Remove(block, out PooledBuffer? arguments));
        if (arguments is { Length: > 0 })
        {
            using JsonDocument input = JsonDocument.Parse(arguments.Memory, new JsonDocumentOptions { MaxDepth = 512 });
            Assert.Equal(JsonValueKind.Object, input.RootElement.ValueKind);
        }

        arguments?.Dispose();
    }

    public void End(in AnswerEnd end)
    {
        Assert.True(_begun);
        Assert.False(Ended);
        Assert.Empty(_open);
        Ended = true;
    }

    public void Dispose()
    {
        foreach (PooledBuffer? arguments in _open.Values)
        {
            arguments?.Dispose();
        }
    }

    private void Add(int block, PooledBuffer? arguments)
    {
        Assert.True(_begun);
        Assert.False(Ended);
        Assert.Equal(_next++, block);
        _open.Add(block, arguments);
    }

    private void Check(int block)
    {
        Assert.False(Ended);
        Assert.Contains(block, _open.Keys);
    }
}
