using Gateway.Translation.Errors;

namespace Gateway.Authentication.Access;

/// <summary>Who is calling, or why nobody may.</summary>
public abstract record AuthenticationResult
{
    private AuthenticationResult()
    {
    }

    public sealed record Authenticated(Caller Caller) : AuthenticationResult;

    public sealed record Refused(GatewayError Error) : AuthenticationResult;
}
