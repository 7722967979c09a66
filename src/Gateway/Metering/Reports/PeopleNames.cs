using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>Of each caller the name that tokens said last.</summary>
internal sealed class PeopleNames
{
    private readonly Dictionary<string, (DateOnly Day, string Name)> _names = new(StringComparer.Ordinal);

    public void See(RollupKey key)
    {
        if (key is { KeyId: { } caller, Person: { } name } && (!_names.TryGetValue(caller, out (DateOnly Day, string Name) known) || key.Day >= known.Day))
        {
            _names[caller] = (key.Day, name);
        }
    }

    /// <summary>Null for one without a name.</summary>
    public string? Of(string? keyId) => keyId is not null && _names.TryGetValue(keyId, out (DateOnly Day, string Name) known) ? known.Name : null;
}
