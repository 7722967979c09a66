namespace Gateway.Routing;

/// <summary>How the gateway shows another cloud who it is.</summary>
/// <param name="TokenScope">For whom the token of the gateway's identity is that is exchanged; null where a secret of that cloud is used.</param>
internal abstract record CloudAccess(string? TokenScope)
{
    /// <summary>For people.</summary>
    public abstract string Words { get; }

    /// <summary>Never in logs.</summary>
    public sealed override string ToString() => Words;
}

/// <summary>Requests are signed (SigV4), with the keys of a role that the gateway's identity assumes, or with keys that are set.</summary>
/// <param name="Region">Whose servers answer.</param>
/// <param name="Service">As it is called in signatures.</param>
/// <param name="TokenScope">Whom the role trusts.</param>
internal sealed record AwsSigning(string Region, string Service, string? TokenScope) : CloudAccess(TokenScope)
{
    public const string Bedrock = "bedrock-mantle";
    public const string ClaudePlatform = "aws-external-anthropic";

    /// <summary>Null where keys are set.</summary>
    public string? RoleArn { get; init; }

    /// <summary>Null: the region's.</summary>
    public string? StsUrl { get; init; }

    public AwsKeys? Keys { get; init; }

    public override string Words => RoleArn is null ? "AWS keys" : "an AWS role";

    /// <summary>What the host says of region and service, as far as it does.</summary>
    public static (string? Region, string? Service) Of(string baseUrl) =>
        Uri.TryCreate(baseUrl, UriKind.Absolute, out Uri? url) && url.Host.Split('.') is [Bedrock or ClaudePlatform, var region, "api", "aws"] labels
            ? (region, labels[0])
            : (null, null);
}

/// <summary>What requests to AWS are signed with.</summary>
internal sealed record AwsKeys(string Id, string Secret, string? SessionToken)
{
    /// <summary>Never in logs.</summary>
    public override string ToString() => nameof(AwsKeys);
}

/// <summary>Requests carry a token of Google's.</summary>
/// <param name="Json">Of a service account's key, or of a workload identity federation, as gcloud writes it.</param>
/// <param name="TokenScope">Whom the federation trusts; null with a key.</param>
internal sealed record GoogleAccess(string Json, string? TokenScope) : CloudAccess(TokenScope)
{
    public override string Words => TokenScope is null ? "a Google service account's key" : "a Google federation";
}

/// <summary>Where on Vertex AI models are served: the model is named in the path, and not in the body.</summary>
internal sealed record VertexPlace(string Project, string Location)
{
    /// <summary>Of Google's own servers there.</summary>
    public string BaseUrl => Location switch
    {
        "global" => "https://aiplatform.googleapis.com",
        "us" or "eu" => $"https://aiplatform.{Location}.rep.googleapis.com",
        _ => $"https://{Location}-aiplatform.googleapis.com",
    };

    public string PathOf(string model, bool counts, bool stream)
    {
        // Dated models are called name@date.
        string name = counts ? "count-tokens" : Uri.EscapeDataString(model).Replace("%40", "@", StringComparison.Ordinal);
        string method = stream && !counts ? "streamRawPredict" : "rawPredict";
        return $"/v1/projects/{Project}/locations/{Location}/publishers/anthropic/models/{name}:{method}";
    }
}
