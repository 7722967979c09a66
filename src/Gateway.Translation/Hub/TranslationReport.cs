using System.Text;

namespace Gateway.Translation.Hub;

/// <summary>
/// What a translation dropped, changed or repaired, for the header <c>x-gateway-translation</c>:
/// <c>dropped=top_k,container; changed=max_tokens:32000->16384; repaired=tool_result_missing</c>.
/// Holds names of fields and numbers, never content.
/// </summary>
public sealed class TranslationReport
{
    private const int MaxLength = 512;
    private readonly List<string> _dropped = [];
    private readonly List<string> _changed = [];
    private readonly List<string> _repaired = [];

    public void Dropped(string field) => Add(_dropped, field);

    public void Changed(string field, string from, string to) => Add(_changed, $"{field}:{from}->{to}");

    public void Changed(string what) => Add(_changed, what);

    public void Repaired(string what) => Add(_repaired, what);

    public bool IsEmpty => _dropped.Count + _changed.Count + _repaired.Count == 0;

    public override string ToString()
    {
        StringBuilder text = new();
        Append(text, "dropped", _dropped);
        Append(text, "changed", _changed);
        Append(text, "repaired", _repaired);
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength - 3) + "...";
    }

    private static void Add(List<string> list, string entry)
    {
        if (!list.Contains(entry))
        {
            list.Add(entry);
        }
    }

    private static void Append(StringBuilder text, string label, List<string> entries)
    {
        if (entries.Count > 0)
        {
            text.Append(text.Length > 0 ? "; " : "").Append(label).Append('=').AppendJoin(',', entries);
        }
    }
}
