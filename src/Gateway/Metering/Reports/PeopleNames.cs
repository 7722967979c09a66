using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>Of each caller the name that tokens said last.</summary>
internal sealed class PeopleNames
{
    private readonly Dictionary<string, (DateOnly Day, DateTimeOffset At, string Name)> _names = new(StringComparer.Ordinal);

    /// <param name="key">Whose requests they are, and how the caller was named.</param>
    /// <param name="newest">When the newest of them began; null where nobody knows, which of a day is before all that is known.</param>
    public void See(RollupKey key, DateTimeOffset? newest)
    {
        DateTimeOffset at = newest ?? DateTimeOffset.MinValue;
        if (key is { KeyId: { } caller, Person: { } name }
            && (!_names.TryGetValue(caller, out (DateOnly Day, DateTimeOffset At, string Name) known) || (key.Day, at).CompareTo((known.Day, known.At)) >= 0))
        {
            _names[caller] = (key.Day, at, name);
        }
    }

    /// <summary>Null for one without a name.</summary>
    public string? Of(string? keyId) => keyId is not null && _names.TryGetValue(keyId, out (DateOnly Day, DateTimeOffset At, string Name) known) ? known.Name : null;
}
