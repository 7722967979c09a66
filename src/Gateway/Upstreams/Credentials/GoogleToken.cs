using Gateway.Routing;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Util;

namespace Gateway.Upstreams.Credentials;

/// <summary>Google's token for a service account's key, or for a token of the gateway's identity that a workload identity pool trusts.</summary>
internal static class GoogleToken
{
    private static readonly string[] s_scopes = ["https://www.googleapis.com/auth/cloud-platform"];

    public static async Task<IssuedSecret<string>> FetchAsync(GoogleAccess account, UpstreamIdentity identity, TimeProvider time, CancellationToken cancellationToken)
    {
        JsonCredentialParameters file = Google.Apis.Json.NewtonsoftJsonSerializer.Instance.Deserialize<JsonCredentialParameters>(account.Json);
        ServiceCredential credential = account.TokenScope is { } scope ? Federation(file, new OwnToken(identity, scope), new Clock(time)) : ServiceAccount(file, new Clock(time));
        string token = await ((ITokenAccess)credential).GetAccessTokenForRequestAsync(cancellationToken: cancellationToken);
        return new IssuedSecret<string>(token, time.GetUtcNow().AddSeconds(credential.Token.ExpiresInSeconds ?? 0));
    }

    private static ServiceAccountCredential ServiceAccount(JsonCredentialParameters file, IClock clock) =>
        new(new ServiceAccountCredential.Initializer(file.ClientEmail, file.TokenUri) { KeyId = file.PrivateKeyId, Scopes = s_scopes, Clock = clock }.FromPrivateKey(file.PrivateKey));

    private static ProgrammaticExternalAccountCredential Federation(JsonCredentialParameters file, OwnToken token, IClock clock) =>
        new(new ProgrammaticExternalAccountCredential.Initializer(file.TokenUrl, file.Audience, file.SubjectTokenType, token)
        {
            ServiceAccountImpersonationUrl = file.ServiceAccountImpersonationUrl,
            Scopes = s_scopes,
            Clock = clock,
        });

    private sealed class OwnToken(UpstreamIdentity identity, string scope) : ProgrammaticExternalAccountCredential.ISubjectTokenProvider
    {
        public Task<string> GetSubjectTokenAsync(ProgrammaticExternalAccountCredential caller, CancellationToken taskCancellationToken) =>
            identity.GetTokenAsync(scope, taskCancellationToken).AsTask();
    }

    private sealed class Clock(TimeProvider time) : IClock
    {
        public DateTime Now => time.GetLocalNow().DateTime;

        public DateTime UtcNow => time.GetUtcNow().UtcDateTime;
    }
}
