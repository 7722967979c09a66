namespace Gateway.Authentication.Teams;

/// <summary>Placeholder until teams have limits.</summary>
internal sealed class TeamDirectory
{
    private readonly Limits _none = Limits.None;

    public ValueTask<Limits> LimitsOfAsync(string team, CancellationToken cancellationToken) => ValueTask.FromResult(_none);
}
