using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Gateway.Routing;

namespace Gateway.Upstreams.Credentials;

/// <summary>Keys of a role, for a token of the gateway's identity: no key of AWS is kept anywhere.</summary>
internal static class AwsRole
{
    /// <summary>What AWS's own logs show.</summary>
    private const string SessionName = "messages-gateway";

    private const int Seconds = 3600;

    public static async Task<IssuedSecret<AwsKeys>> AssumeAsync(AwsSigning role, string token, CancellationToken cancellationToken)
    {
        AmazonSecurityTokenServiceConfig config = new() { MaxErrorRetry = 1 };
        if (role.StsUrl is { } url)
        {
            config.ServiceURL = url;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(role.Region);
        }

        using AmazonSecurityTokenServiceClient sts = new(new AnonymousAWSCredentials(), config);
        AssumeRoleWithWebIdentityRequest request = new() { RoleArn = role.RoleArn, RoleSessionName = SessionName, WebIdentityToken = token, DurationSeconds = Seconds };
        Amazon.SecurityToken.Model.Credentials keys = (await sts.AssumeRoleWithWebIdentityAsync(request, cancellationToken)).Credentials;
        return new IssuedSecret<AwsKeys>(new AwsKeys(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken), keys.Expiration!.Value.ToUniversalTime());
    }
}
