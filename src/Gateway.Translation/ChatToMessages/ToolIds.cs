using System.Security.Cryptography;
using System.Text;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Pairs calls with their results. Anthropic wants ids of <c>[a-zA-Z0-9_-]</c> that are unique in the conversation and
/// exactly one result for each call, in the next user turn; Chat clients keep none of this for sure. A new id is a
/// function of the old one: the client sends the old one again in the next turn.
/// </summary>
internal sealed class ToolIds
{
    private readonly HashSet<string> _used = [];
    private readonly Dictionary<string, int> _copies = [];
    private readonly List<Call> _calls = [];

    /// <summary>Numbers of calls by what their results may name them by, in order: calls of one id are answered one after the other.</summary>
    private readonly Dictionary<string, Queue<int>> _byId = [];
    private readonly Dictionary<string, Queue<int>> _byName = [];
    private int _unnamed;
    private int _open;

    private readonly record struct Call(string Id, bool IsOpen);

    /// <summary>Calls of the last assistant turn that have no result yet.</summary>
    public bool AnyOpen => _open > 0;

    /// <summary>A call was made; returns its id for Anthropic.</summary>
    public string Open(string original, string name)
    {
        string id = Legal(original.Length > 0 ? original : $"call_{++_unnamed}");
        string unique = id;
        while (!_used.Add(unique))
        {
            int copy = _copies.GetValueOrDefault(id, 1) + 1;
            _copies[id] = copy;
            unique = $"{id}_{copy}";
        }

        Enqueue(_byId, original.Length > 0 ? original : unique, _calls.Count);
        Enqueue(_byName, name, _calls.Count);
        _calls.Add(new Call(unique, IsOpen: true));
        _open++;
        return unique;
    }

    /// <summary>
    /// The id of the call that this result answers, by id, or by name where it has none (function role, Ollama); null when
    /// there is none. A result with neither belongs to the one call that waits.
    /// </summary>
    public string? Answer(string original, string name)
    {
        int? at = original.Length > 0 ? Next(_byId, original)
            : name.Length > 0 ? Next(_byName, name)
            : _open == 1 ? _calls.FindIndex(call => call.IsOpen)
            : null;
        if (at is not { } found)
        {
            return null;
        }

        _calls[found] = _calls[found] with { IsOpen = false };
        _open--;
        return _calls[found].Id;
    }

    /// <summary>Gives up on the calls without results and returns their ids.</summary>
    public IReadOnlyList<string> Abandon()
    {
        string[] ids = [.. _calls.Where(call => call.IsOpen).Select(call => call.Id)];
        _calls.Clear();
        _byId.Clear();
        _byName.Clear();
        _open = 0;
        return ids;
    }

    private static void Enqueue(Dictionary<string, Queue<int>> calls, string key, int call)
    {
        if (!calls.TryGetValue(key, out Queue<int>? queue))
        {
            calls[key] = queue = new Queue<int>(1);
        }

        queue.Enqueue(call);
    }

    private int? Next(Dictionary<string, Queue<int>> calls, string key)
    {
        while (calls.TryGetValue(key, out Queue<int>? queue) && queue.TryDequeue(out int call))
        {
            if (_calls[call].IsOpen)
            {
                return call;
            }
        }

        return null;
    }

    private static string Legal(string id) =>
        id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? id
            : "toolu_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..24];
}
