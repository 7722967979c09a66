namespace Gateway.Authentication.Access;

/// <summary>The two headers a credential may come in, as messages and receipts name them.</summary>
internal static class CredentialHeaders
{
    public const string ApiKey = "x-api-key";

    public const string Authorization = "Authorization";
}
