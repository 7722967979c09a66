namespace Gateway.Authentication.Oidc;

/// <summary>What came of an administrative act on a trusted issuer.</summary>
public abstract record IssuerChange
{
    private IssuerChange()
    {
    }

    public sealed record Done(TrustedIssuer Issuer) : IssuerChange;

    public sealed record NotFound(string Id) : IssuerChange;

    /// <summary>The request is sound; what is there already stands against it.</summary>
    public sealed record Conflict(string Reason) : IssuerChange;

    public sealed record Refused(IReadOnlyList<string> Reasons) : IssuerChange;
}
