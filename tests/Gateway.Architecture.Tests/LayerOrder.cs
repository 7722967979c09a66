namespace Gateway.Architecture.Tests;

/// <summary>Namespaces in an order, lowest first; <c>|</c> stands between those of one line.</summary>
internal sealed class LayerOrder
{
    private readonly Dictionary<string, int> _rows = [];

    public LayerOrder(params string[] lines)
    {
        for (int row = 0; row < lines.Length; row++)
        {
            foreach (string name in lines[row].Split('|', StringSplitOptions.TrimEntries))
            {
                _rows.Add(name, row);
            }
        }
    }

    public IEnumerable<string> Namespaces => _rows.Keys;

    public bool Has(string name) => _rows.ContainsKey(name);

    /// <summary>Whether code of the one namespace may know the other.</summary>
    public bool Allows(string from, string to) => from == to || _rows[to] < _rows[from];

    /// <summary>What a namespace must not know.</summary>
    public IEnumerable<string> Forbidden(string from) => Namespaces.Where(to => !Allows(from, to));
}
