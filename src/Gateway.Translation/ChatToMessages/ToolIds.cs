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
    private readonly Dictionary<string, int> _open = [];
    private readonly List<(string Key, string Name, string Id)> _calls = [];
    private int _unnamed;

    /// <summary>Calls of the last assistant turn that have no result yet.</summary>
    public bool AnyOpen => _open.Count > 0;

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

        // Two open calls of one id: nobody can tell their results apart, so only the first can be answered.
        string key = original.Length > 0 && !_open.ContainsKey(original) ? original : unique;
        _open.Add(key, _calls.Count);
        _calls.Add((key, name, unique));
        return unique;
    }

    /// <summary>The id of the call that this result answers, by id or (function role) by name; null when there is none.</summary>
    public string? Answer(string original, string name)
    {
        string? key = original.Length > 0 ? original : _calls.Find(call => call.Name == name && _open.ContainsKey(call.Key)).Key;
        return key is not null && _open.Remove(key, out int at) ? _calls[at].Id : null;
    }

    /// <summary>Gives up on the calls without results and returns their ids.</summary>
    public IReadOnlyList<string> Abandon()
    {
        string[] ids = [.. _calls.Where(call => _open.ContainsKey(call.Key)).Select(call => call.Id)];
        _open.Clear();
        _calls.Clear();
        return ids;
    }

    private static string Legal(string id) =>
        id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? id
            : "toolu_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..24];
}
