using System.Net.Http.Headers;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Xunit.Abstractions;

namespace Gateway.Tests.Fuzz;

/// <summary>What operators send to <c>/manage</c>, in memory and on tables.</summary>
[Trait("Category", Fuzz.Category)]
public sealed class ManageBodiesFuzz(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private static readonly (string Method, string Path)[] s_calls =
    [
        ("POST", "/manage/keys"), ("PATCH", "/manage/keys/0123456789abcdef"), ("POST", "/manage/keys/0123456789abcdef/rotate"), ("POST", "/manage/issuers"), ("PATCH", "/manage/teams/search"),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_is_taken_or_refused_by_its_fault(bool tables)
    {
        await using Manage.Operator? ada = tables ? await Manage.Operator.StartAsync(azurite.ConnectionString) : null;
        await using GatewayServer? memory = tables ? null : await GatewayServer.StartAsync();
        HttpClient client = (ada?.Gateway ?? memory!).Client;
        string key = ada?.Key ?? GatewayServer.Key;
        int number = 0;

        await Fuzz.RunAsync(Mutations.Of(FuzzInputs.Attacks("manage")), async body =>
        {
            (string method, string path) = s_calls[number++ % s_calls.Length];
            using ByteArrayContent content = new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using HttpRequestMessage request = new(new HttpMethod(method), path) { Content = content, Headers = { { "x-api-key", key } } };
            using HttpResponseMessage response = await client.SendAsync(request);
            return response.IsSuccessStatusCode ? $"{(int)response.StatusCode}" : await AnswerVerdict.KindAsync(path, response, Upstream.Good);
        }, output);
    }
}
