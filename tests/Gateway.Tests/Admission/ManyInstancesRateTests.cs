using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Gateway.Admission;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Xunit.Abstractions;

namespace Gateway.Tests.Admission;

/// <summary>Four processes, one Table service, one limit of requests per minute, and clients that do not wait.</summary>
public sealed class ManyInstancesRateTests(ITestOutputHelper output)
{
    private const int Instances = 4;
    private const int ClientsEach = 4;
    private const int Limit = 60;
    private const string Body = """{"model":"fake/up","max_tokens":5,"messages":[{"role":"user","content":"Hello"}]}""";

    [Fact]
    public async Task Rate_holds_across_processes_but_for_the_documented_part()
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(4));
        await using Azurite azurite = await Azurite.ShareAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        string secret = (await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "many", "--rpm", Limit.ToString(CultureInfo.InvariantCulture), "--json"))
            .Json.GetProperty("key").GetString()!;
        GatewayProcess[] instances = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => GatewayProcess.StartAsync(
        [
            ("GatewayStorage", azurite.ConnectionString),
            ("Gateway:Providers:fake:Kind", "openai"),
            ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"),
        ])));
        try
        {
            Stopwatch watch = Stopwatch.StartNew();
            int[] admitted = await Task.WhenAll(instances.SelectMany(instance => Enumerable.Range(0, ClientsEach).Select(_ => CallAsync(instance, secret, deadline.Token))));

            // On a slow machine it takes more than the minute that the limit is about.
            int minutes = 1 + (int)(watch.Elapsed.TotalSeconds / 60);
            int bound = Limit + ((Instances - 1) * ((Limit / RateCounters.ShareOfRest) + 1));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Instances} processes let {admitted.Sum()} of {Limit} in within {watch.Elapsed.TotalSeconds:0.0} s; bound {bound} a minute"));
            Assert.InRange(admitted.Sum(), Limit, bound * minutes);
            Assert.Equal(admitted.Sum(), upstream.Received.Count);
        }
        finally
        {
            foreach (GatewayProcess instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    /// <summary>Calls without a pause until it was refused many times.</summary>
    private static async Task<int> CallAsync(GatewayProcess instance, string secret, CancellationToken cancellationToken)
    {
        int admitted = 0;
        for (int refused = 0; refused < 30;)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/v1/messages") { Content = new StringContent(Body, Encoding.UTF8, "application/json") };
            request.Headers.Add("x-api-key", secret);
            using HttpResponseMessage response = await instance.Client.SendAsync(request, cancellationToken);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, await response.Content.ReadAsStringAsync(cancellationToken));
            (admitted, refused) = response.StatusCode == HttpStatusCode.OK ? (admitted + 1, refused) : (admitted, refused + 1);
        }

        return admitted;
    }
}
