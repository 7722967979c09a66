using Gateway.Translation.Errors;

namespace Gateway.Authentication.Access;

/// <summary>Who is calling, or why nobody may.</summary>
public abstract record AuthenticationResult
{
    private AuthenticationResult()
    {
    }

    public sealed record Authenticated(Caller Caller) : AuthenticationResult;

    /// <param name="Error">What the stranger is told.</param>
    /// <param name="Reason">The same in a word, for those who count.</param>
    /// <param name="Key">Who it would have been: the right secret of a key that was revoked or has expired.</param>
    public sealed record Refused(GatewayError Error, RefusalReason Reason, RefusedKey? Key = null) : AuthenticationResult;
}
