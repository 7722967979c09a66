using Gateway.Routing;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Clouds;

/// <summary>What is missing for another cloud stops the start, with the key and the cure.</summary>
public sealed class CloudSettingsTests
{
    private const string Role = "Aws:RoleArn=arn:aws:iam::123456789012:role/r";
    private const string Mantle = "BaseUrl=https://bedrock-mantle.us-east-1.api.aws/anthropic";
    private const string Key = """Google:Credentials={"type":"service_account","client_email":"a","private_key":"secret-key","token_uri":"https://t.example"}""";
    private const string Pool = """Google:Credentials={"type":"external_account","audience":"a","token_url":"https://t.example","subject_token_type":"jwt"}""";

    [Theory]
    [InlineData("Aws:Region is missing", "Auth=sigv4", Role, "TokenScope=api://a/.default", "Aws:Service=bedrock-mantle", "BaseUrl=https://proxy.example")]
    [InlineData("Aws:Service is missing", "Auth=sigv4", Role, "TokenScope=api://a/.default", "Aws:Region=us-east-1", "BaseUrl=https://proxy.example")]
    [InlineData("Aws:RoleArn is missing. Set it to the role", "Auth=sigv4", Mantle)]
    [InlineData("TokenScope is missing", "Auth=sigv4", Role, Mantle)]
    [InlineData("Aws:RoleArn is 'my-role'", "Auth=sigv4", "Aws:RoleArn=my-role", "TokenScope=api://a/.default", Mantle)]
    [InlineData("ApiKey is set, and Auth is sigv4", "Auth=sigv4", Role, "TokenScope=api://a/.default", "ApiKey=secret-key", Mantle)]
    [InlineData("Auth is 'sig5'", "Auth=sig5", Mantle)]
    [InlineData("Google:Project is missing", "Kind=vertex", Key, "BaseUrl=https://proxy.example")]
    [InlineData("Google:Project is 'a/b'", "Kind=vertex", "Google:Project=a/b", Key)]
    [InlineData("Google:Location is 'eu/..'", "Kind=vertex", "Google:Project=a", "Google:Location=eu/..", Key, "BaseUrl=https://proxy.example")]
    [InlineData("Google:Credentials is missing", "Kind=vertex", "Google:Project=a")]
    [InlineData("Google:Credentials is no file that can be read", "Kind=vertex", "Google:Project=a", "Google:Credentials=nowhere.json")]
    [InlineData("Google:Credentials is no JSON object", "Kind=vertex", "Google:Project=a", "Google:Credentials={secret-key")]
    [InlineData("Google:Credentials is neither", "Kind=vertex", "Google:Project=a", """Google:Credentials={"type":"authorized_user","private_key":"secret-key"}""")]
    [InlineData("TokenScope is missing", "Kind=vertex", "Google:Project=a", Pool)]
    [InlineData("Google:Credentials is missing", "Auth=google", "BaseUrl=https://claude.googleapis.com/v1alpha/x/invoke")]
    public void Mistake_is_named_with_its_cure(string expected, params string[] settings)
    {
        string error = Assert.Single(Errors(settings));
        Assert.StartsWith("Gateway:Providers:cloud:" + expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("global", "https://aiplatform.googleapis.com")]
    [InlineData("eu", "https://aiplatform.eu.rep.googleapis.com")]
    [InlineData("us", "https://aiplatform.us.rep.googleapis.com")]
    [InlineData("europe-west1", "https://europe-west1-aiplatform.googleapis.com")]
    public void Location_says_the_server(string location, string expected)
    {
        Provider provider = Read(["Kind=vertex", "Google:Project=a", $"Google:Location={location}", Key]).Providers["cloud"];
        Assert.Equal(expected, provider.BaseUrl);
        Assert.Equal("a Google service account's key", ConfigurationDocument.Of(new Router(Read(["Kind=vertex", "Google:Project=a", Key]))).Providers.Single(shown => shown.Name == "cloud").Auth);
    }

    [Theory]
    [InlineData("https://bedrock-mantle.us-east-1.api.aws/anthropic", "us-east-1", "bedrock-mantle")]
    [InlineData("https://aws-external-anthropic.eu-west-1.api.aws", "eu-west-1", "aws-external-anthropic")]
    public void Address_says_region_and_service(string url, string region, string service)
    {
        AwsSigning aws = Assert.IsType<AwsSigning>(Read(["Auth=sigv4", Role, "TokenScope=api://a/.default", "BaseUrl=" + url]).Providers["cloud"].Cloud);
        Assert.Equal((region, service), (aws.Region, aws.Service));
    }

    private static IEnumerable<string> Errors(string[] settings) =>
        Assert.Throws<ConfigurationException>(() => Read(settings)).Errors;

    private static Catalog Read(string[] settings) => CatalogReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection([new("Gateway:Providers:cloud:Kind", "anthropic")])
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => new KeyValuePair<string, string?>($"Gateway:Providers:cloud:{pair[0]}", pair[1])))
        .Build());
}
