using Gateway.Translation.Errors;
using Microsoft.AspNetCore.Http;

namespace Gateway.Authentication;

// Stands in until the real key check is merged.
public sealed record Caller(string KeyId)
{
    public bool AllowsModel(string id) => id.Length + KeyId.Length > 0;

    public bool AllowsProvider(string name) => name.Length + KeyId.Length > 0;
}

public abstract record AuthenticationResult
{
    public sealed record Authenticated(Caller Caller) : AuthenticationResult;

    public sealed record Refused(GatewayError Error) : AuthenticationResult;
}

public sealed class Authenticator(Microsoft.Extensions.Configuration.IConfiguration configuration)
{
    public ValueTask<AuthenticationResult> AuthenticateAsync(IHeaderDictionary headers, CancellationToken cancellationToken)
    {
        string? key = headers["x-api-key"].ToString() is { Length: > 0 } k ? k : headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.OrdinalIgnoreCase);
        return ValueTask.FromResult<AuthenticationResult>(key == configuration["Gateway:DevKey"]
            ? new AuthenticationResult.Authenticated(new Caller("dev"))
            : new AuthenticationResult.Refused(GatewayError.Authentication("invalid API key")));
    }
}
