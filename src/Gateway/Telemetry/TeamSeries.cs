namespace Gateway.Telemetry;

/// <summary>
/// Teams on metrics, where each is a series that is kept. Claims of tokens may name any number of teams: the first so many
/// have their names, those after them one together.
/// </summary>
public sealed class TeamSeries(int most = TeamSeries.Most)
{
    public const int Most = 200;
    public const string Other = "other";

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public string Of(string team)
    {
        lock (_lock)
        {
            return _names.Contains(team) || (_names.Count < most && _names.Add(team)) ? team : Other;
        }
    }
}
