using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Gateway.Tests.Storage;

[Collection(AzuriteFixture.Collection)]
public sealed class TableCredentialTests(AzuriteFixture azurite)
{
    private const string OtherKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    [Fact]
    public async Task Shared_key_is_accepted()
    {
        var service = new TableServiceClient(azurite.Endpoint, new TableSharedKeyCredential(Azurite.Account, Azurite.Key));

        await service.CreateTableIfNotExistsAsync("sharedkey");

        Assert.Equal(204, (await service.DeleteTableAsync("sharedkey")).Status);
    }

    [Fact]
    public async Task Wrong_shared_key_is_refused_and_accepted_once_corrected()
    {
        var credential = new TableSharedKeyCredential(Azurite.Account, OtherKey);
        var table = new TableClient(azurite.Endpoint, $"t{Guid.NewGuid():N}", credential);

        RequestFailedException refused = await Assert.ThrowsAsync<RequestFailedException>(() => table.CreateAsync());
        credential.SetAccountKey(Azurite.Key);
        await table.CreateAsync();

        Assert.Equal(403, refused.Status);
    }

    [Fact]
    public async Task Token_credential_is_asked_for_the_storage_scope_and_sent_as_bearer()
    {
        var (options, requests) = Capture();
        var credential = new RecordingCredential();
        var service = new TableServiceClient(new Uri("https://example.table.core.windows.net"), credential, options);

        await service.GetTableClient("things").DeleteEntityAsync("p", "r");

        HttpRequestMessage request = Assert.Single(requests);
        Assert.Equal("Bearer secret-token", request.Headers.Authorization!.ToString());
        Assert.Equal(["https://storage.azure.com/.default"], credential.Scopes);
        Assert.Equal("example", service.AccountName);
    }

    [Theory]
    [InlineData("https://storage.azure.us", "https://storage.azure.us/.default")]
    [InlineData("AzureChina", "https://storage.azure.cn/.default")]
    public async Task Token_audience_can_be_another_cloud(string audience, string scope)
    {
        var (options, _) = Capture();
        options.Audience = audience;
        var credential = new RecordingCredential();

        await new TableClient(new Uri("https://example.table.core.windows.net"), "things", credential, options).DeleteEntityAsync("p", "r");

        Assert.Equal([scope], credential.Scopes);
    }

    [Fact]
    public async Task Token_is_never_sent_without_tls()
    {
        var (options, requests) = Capture();
        var table = new TableClient(new Uri("http://example.table.core.windows.net"), "things", new RecordingCredential(), options);

        await Assert.ThrowsAsync<InvalidOperationException>(() => table.DeleteEntityAsync("p", "r"));

        Assert.Empty(requests);
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1")]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite;", "devstoreaccount1", "http://azurite:10002/devstoreaccount1")]
    [InlineData("AccountName=one;AccountKey=" + OtherKey, "one", "https://one.table.core.windows.net/")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=one;AccountKey=" + OtherKey + ";EndpointSuffix=core.example", "one", "http://one.table.core.example/")]
    [InlineData("AccountName=one;AccountKey=" + OtherKey + ";TableEndpoint=http://127.0.0.1:5/one;", "one", "http://127.0.0.1:5/one")]
    public async Task Connection_string_names_account_and_endpoint(string connectionString, string account, string endpoint)
    {
        var (options, requests) = Capture();
        var service = new TableServiceClient(connectionString, options);

        await service.GetTableClient("things").DeleteEntityAsync("p", "r");

        Assert.Equal(account, service.AccountName);
        Assert.Equal(new Uri(endpoint), service.Uri);
        HttpRequestMessage request = Assert.Single(requests);
        Assert.StartsWith(endpoint.TrimEnd('/') + "/things(", request.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        Assert.StartsWith($"SharedKeyLite {account}:", request.Headers.Authorization!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccountName=one")]
    [InlineData("nonsense")]
    public void Connection_string_that_is_incomplete_is_refused(string connectionString)
    {
        Assert.ThrowsAny<Exception>(() => new TableServiceClient(connectionString));
    }

    private static (TableClientOptions Options, List<HttpRequestMessage> Requests) Capture()
    {
        var handler = new RecordingHandler();
        return (new TableClientOptions { Transport = new HttpClientTransport(handler) }, handler.Requests);
    }

    private sealed class RecordingHandler : HttpMessageHandler
    {
        public List<HttpRequestMessage> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));
        }
    }

    private sealed class RecordingCredential : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken("secret-token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
