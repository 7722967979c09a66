namespace Gateway.Authentication.Oidc;

/// <summary>What became of the search for the key that a token was signed with.</summary>
internal abstract record SigningKeySearch
{
    private SigningKeySearch()
    {
    }

    public sealed record Found(VerificationKey Key) : SigningKeySearch;

    public sealed record Unknown : SigningKeySearch
    {
        public static Unknown Instance { get; } = new();
    }

    /// <summary>The issuer's keys are not known and cannot be fetched.</summary>
    public sealed record Unavailable : SigningKeySearch
    {
        public static Unavailable Instance { get; } = new();
    }
}
