using System.Net.Http.Headers;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using Gateway.Routing;

namespace Gateway.Upstreams.Credentials;

/// <summary>Signs a request to AWS (Signature Version 4): its method, address, body and whatever of its headers Anthropic's servers act on.</summary>
internal static class SigV4
{
    public static void Sign(HttpRequestMessage message, ReadOnlySpan<byte> body, AwsKeys keys, AwsSigning aws, DateTimeOffset now)
    {
        AWSSigningRequest request = new() { HttpMethod = message.Method, RequestUri = message.RequestUri! };
        foreach ((string name, HeaderStringValues values) in message.Headers.NonValidated)
        {
            // Others may change on the way.
            if (name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers[name] = string.Join(',', values.Select(value => value.Trim()));
            }
        }

        if (message.Content?.Headers.ContentType is { } type)
        {
            request.Headers["content-type"] = type.ToString();
        }

        request.Headers["x-amz-content-sha256"] = Convert.ToHexStringLower(SHA256.HashData(body));
        AWSSigningResult signed = AWSSigV4Signer.Sign(request, new AWSSigV4Parameters
        {
            Credentials = keys.SessionToken is null ? new BasicAWSCredentials(keys.Id, keys.Secret) : new SessionAWSCredentials(keys.Id, keys.Secret, keys.SessionToken),
            Region = RegionEndpoint.GetBySystemName(aws.Region),
            Service = aws.Service,
            SignedAt = now.UtcDateTime,
        });
        foreach ((string name, string value) in signed.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
