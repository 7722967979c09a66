namespace Gateway.Authentication.Oidc;

/// <summary>What came of an administrative act on a trusted issuer.</summary>
public abstract record IssuerChange
{
    private IssuerChange()
    {
    }

    public sealed record Done(TrustedIssuer Issuer) : IssuerChange;

    public sealed record NotFound(string Id) : IssuerChange;

    public sealed record Refused(IReadOnlyList<string> Reasons) : IssuerChange;
}
