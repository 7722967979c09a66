using System.Security.Cryptography;
using System.Text;

namespace Gateway.Translation.OpenAi;

/// <summary>
/// Pairs calls with their results. Anthropic wants ids of <c>[a-zA-Z0-9_-]</c> that are unique in the conversation and
/// exactly one result for each call, in the next user turn; Chat clients keep none of this for sure. A new id is a
/// function of the old one: the client sends the old one again in the next turn.
/// </summary>
internal sealed class ToolIds
{
    private readonly HashSet<string> _used = [];
    private readonly List<(string Original, string Name, string Id)> _open = [];
    private int _unnamed;

    /// <summary>Calls of the last assistant turn that have no result yet.</summary>
    public bool AnyOpen => _open.Count > 0;

    /// <summary>A call was made; returns its id for Anthropic.</summary>
    public string Open(string original, string name)
    {
        string id = Legal(original.Length > 0 ? original : $"call_{++_unnamed}");
        string unique = id;
        for (int n = 2; !_used.Add(unique); n++)
        {
            unique = $"{id}_{n}";
        }

        _open.Add((original, name, unique));
        return unique;
    }

    /// <summary>The id of the call that this result answers, by id or (function role) by name; null when there is none.</summary>
    public string? Answer(string original, string name)
    {
        int at = original.Length > 0
            ? _open.FindIndex(call => call.Original == original)
            : _open.FindIndex(call => call.Name == name);
        if (at < 0)
        {
            return null;
        }

        string id = _open[at].Id;
        _open.RemoveAt(at);
        return id;
    }

    /// <summary>Gives up on the calls without results and returns their ids.</summary>
    public IReadOnlyList<string> Abandon()
    {
        string[] ids = [.. _open.Select(call => call.Id)];
        _open.Clear();
        return ids;
    }

    private static string Legal(string id) =>
        id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? id
            : "toolu_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..24];
}
