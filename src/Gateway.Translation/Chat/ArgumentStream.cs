using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// Follows the arguments of a tool call as they stream in, and passes on only what can be closed again at any moment: a
/// member is held back until its value begins, an escape until it is whole. So a stream that stops in the middle still
/// ends as a JSON object, without inventing a member.
/// </summary>
internal sealed class ArgumentStream : IDisposable
{
    private enum State
    {
        BeforeObject,
        BeforeValue,
        BeforeKey,
        InKey,
        AfterKey,
        InString,
        InScalar,
        AfterValue,
        Done,
        Broken,
    }

    private readonly PooledBuffer _raw = new(256);
    private readonly PooledBuffer _held = new(64);
    private readonly Stack<byte> _open = new();
    private readonly StringRepair _string = new();
    private State _state = State.BeforeObject;
    private int _scalarStart;
    private long _told;

    /// <summary>All that came, decoded.</summary>
    public ReadOnlySpan<byte> Raw => _raw.Span;

    public bool IsComplete => _state == State.Done;

    public bool IsBroken => _state == State.Broken;

    /// <summary>The text began as something else than an object: it can only be judged as a whole.</summary>
    public bool IsNoObject => _state == State.Broken && _open.Count == 0;

    /// <summary>It turned out to be no JSON when members were told already, which could be taken for the whole of it.</summary>
    public bool IsLost => _state == State.Broken && _told > 1;

    /// <summary>A value may begin here: an object that comes now is one, not the arguments all over again.</summary>
    public bool AwaitsValue => _state is State.BeforeObject or State.BeforeValue;

    /// <summary>Takes a piece; appends what may be passed on to <paramref name="safe"/>.</summary>
    public void Feed(ReadOnlySpan<byte> piece, PooledBuffer safe)
    {
        _raw.Append(piece);
        while (!piece.IsEmpty)
        {
            int plain = _state == State.InString ? _string.CountPlain(piece) : 0;
            if (plain > 0)
            {
                Emit(piece[..plain], safe);
            }
            else
            {
                Step(piece[0], safe);
                plain = 1;
            }

            piece = piece[plain..];
        }
    }

    /// <summary>Appends what closes the object where it stands.</summary>
    public void Close(PooledBuffer safe)
    {
        if (_state is State.Done or State.BeforeObject || IsNoObject)
        {
            return;
        }

        _string.Reset();
        if (_state == State.InString)
        {
            Emit("\""u8, safe);
        }

        if (_state == State.InScalar)
        {
            CompleteScalar(safe);
        }

        bool broken = _state == State.Broken;
        while (_open.Count > (broken ? 1 : 0))
        {
            Emit([_open.Pop()], safe);
        }

        if (broken)
        {
            // Not JSON: the client's own check then tells the model, instead of a call with half its arguments.
            Emit("\"_raw_arguments\":"u8, safe);
            ArgumentRepair.WriteText(Raw, safe);
            Emit("}"u8, safe);
        }

        _state = State.Done;
    }

    public void Dispose()
    {
        _raw.Dispose();
        _held.Dispose();
    }

    private void Step(byte b, PooledBuffer safe)
    {
        bool space = b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
        switch (_state)
        {
            case State.BeforeObject when !space:
                if (b == '{')
                {
                    OpenContainer(b, safe);
                }
                else
                {
                    _state = State.Broken;
                }

                break;
            case State.BeforeValue when !space:
                BeginValue(b, safe);
                break;
            case State.BeforeKey when !space:
                BeginKey(b, safe);
                break;
            case State.InKey:
                _state = _string.Step(b, _held) ? State.AfterKey : State.InKey;
                break;
            case State.AfterKey when !space:
                _held.Append([b]);
                _state = b == ':' ? State.BeforeValue : State.Broken;
                break;
            case State.InString:
                _state = _string.Step(b, safe) ? State.AfterValue : State.InString;
                break;
            case State.InScalar when !space && b is not ((byte)',' or (byte)'}' or (byte)']'):
                _held.Append([b]);
                break;
            case State.InScalar:
                EndScalar(safe);
                Step(b, safe);
                break;
            case State.AfterValue when !space:
                StepAfterValue(b, safe);
                break;
        }
    }

    private void BeginValue(byte b, PooledBuffer safe)
    {
        if (b == ']' && _open.Peek() == ']')
        {
            // An empty array, or a comma too many: the comma is still held and goes.
            _held.Clear();
            CloseContainer(b, safe);
            return;
        }

        switch (b)
        {
            case (byte)'{' or (byte)'[':
                Release(safe);
                OpenContainer(b, safe);
                break;
            case (byte)'"':
                Release(safe);
                Emit([b], safe);
                _state = State.InString;
                break;
            case (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or >= (byte)'0' and <= (byte)'9':
                _scalarStart = _held.Length;
                _held.Append([b]);
                _state = State.InScalar;
                break;
            default:
                _state = State.Broken;
                break;
        }
    }

    private void BeginKey(byte b, PooledBuffer safe)
    {
        if (b == '}')
        {
            _held.Clear();
            CloseContainer(b, safe);
            return;
        }

        _held.Append([b]);
        _state = b == '"' ? State.InKey : State.Broken;
    }

    private void StepAfterValue(byte b, PooledBuffer safe)
    {
        if (b == ',')
        {
            _held.Append([b]);
            _state = _open.Peek() == '}' ? State.BeforeKey : State.BeforeValue;
        }
        else if (b == _open.Peek())
        {
            CloseContainer(b, safe);
        }
        else
        {
            _state = State.Broken;
        }
    }

    private void OpenContainer(byte b, PooledBuffer safe)
    {
        Emit([b], safe);
        _open.Push(b == '{' ? (byte)'}' : (byte)']');
        _state = b == '{' ? State.BeforeKey : State.BeforeValue;
    }

    private void CloseContainer(byte b, PooledBuffer safe)
    {
        Emit([b], safe);
        _open.Pop();
        _state = _open.Count == 0 ? State.Done : State.AfterValue;
    }

    /// <summary>A scalar that something follows is whole. If it is none, dropping it would make half a call.</summary>
    private void EndScalar(PooledBuffer safe)
    {
        if (ArgumentRepair.Kind(_held.Span[_scalarStart..]) == JsonValueKind.Undefined)
        {
            _state = State.Broken;
            return;
        }

        Release(safe);
        _state = State.AfterValue;
    }

    /// <summary>A scalar that the stream broke off.</summary>
    private void CompleteScalar(PooledBuffer safe)
    {
        if (ArgumentRepair.ScalarEnd(_held.Span[_scalarStart..], out ReadOnlySpan<byte> end))
        {
            _held.Append(end);
            Release(safe);
        }
        else
        {
            _held.Clear();
        }
    }

    private void Emit(ReadOnlySpan<byte> bytes, PooledBuffer safe)
    {
        safe.Append(bytes);
        _told += bytes.Length;
    }

    private void Release(PooledBuffer safe)
    {
        Emit(_held.Span, safe);
        _held.Clear();
    }
}
