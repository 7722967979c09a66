namespace Gateway.Authentication.Teams;

/// <summary>What came of an administrative act on a team.</summary>
public abstract record TeamChange
{
    private TeamChange()
    {
    }

    public sealed record Done(Team Team) : TeamChange;

    public sealed record NotFound(string Name) : TeamChange;

    public sealed record Conflict(string Reason) : TeamChange;

    public sealed record Refused(IReadOnlyList<string> Reasons) : TeamChange;
}
