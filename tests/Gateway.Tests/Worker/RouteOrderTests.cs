using System.Net;
using System.Reflection;
using System.Text.Json;
using Gateway.Functions;
using Gateway.LocalHost;
using Gateway.Tests.Support;
using Gateway.WorkerHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Tests.Worker;

/// <summary>
/// The Functions host asks routes in the order of the functions' names, without precedence. A function whose name sorts
/// before another's can take all of its requests, and on Kestrel nobody sees it.
/// </summary>
[Collection(WorkerFixture.Collection)]
public sealed class RouteOrderTests(WorkerFixture worker)
{
    private static readonly string[] s_methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    private const string Everything = "zz-everything-else";

    private RouteTable Routes => worker.Worker.Host.Routes;

    [Fact]
    public void Every_function_gets_the_requests_of_its_own_route()
    {
        string[] written = [.. typeof(MessagesFunctions).Assembly.GetExportedTypes().SelectMany(t => t.GetMethods()).Select(m => m.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>()];
        Assert.Equal(written.Order(StringComparer.OrdinalIgnoreCase), Routes.Routes.Select(r => r.Name));
        foreach (FunctionRoute route in Routes.Routes)
        {
            foreach ((string method, string path) in SamplesOf(route))
            {
                Assert.Equal((method, path, route.Name), (method, path, Routes.Find(method, path)?.Name));
            }
        }
    }

    [Theory]
    [InlineData("everything-else", "{*path}", "POST", "/v1/messages")]
    [InlineData("model", "v1/models/{*id}", "GET", "/v1/models")]
    public void Name_that_sorts_too_early_would_be_seen(string name, string pattern, string method, string path)
    {
        RouteTable trapped = new([.. Routes.Routes, new FunctionRoute(name, "trap", "request", pattern, [])]);
        Assert.NotEqual(name, Routes.Find(method, path)?.Name);
        Assert.Equal(name, trapped.Find(method, path)?.Name);
    }

    [Fact]
    public async Task LocalHost_asks_its_routes_as_the_host_does()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["URLS"] = "http://127.0.0.1:0";
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        await using WebApplication app = builder.Build();
        app.MapFunctions("", [typeof(TrappedFunctions)]);
        await app.StartAsync();
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };

        Assert.Equal("b", await client.GetStringAsync("/things/one"));
        Assert.Equal("b", await client.GetStringAsync("/things"));
        using HttpResponseMessage posted = await client.PostAsync("/things", null);
        Assert.Equal("c", await posted.Content.ReadAsStringAsync());
        using HttpResponseMessage put = await client.PutAsync("/things", null);
        Assert.Equal(HttpStatusCode.NotFound, put.StatusCode);
    }

    [Fact]
    public async Task Worker_and_LocalHost_answer_alike_whatever_is_asked()
    {
        await using GatewayServer local = await GatewayServer.StartAsync([("GatewayStorage", worker.Storage), .. worker.Settings]);
        string[] paths =
        [
            .. Routes.Routes.SelectMany(SamplesOf).Select(sample => sample.Path).Distinct(),
            "/", "/V1/Messages/", "/v1", "/v1/", "/v1/models/", "/v1/models/vendor/echo:free", "/v1/models/vendor%2Fecho%3Afree", "/v1/v1/v1/messages", "/manage", "/manage/keys/", "/%20", "/v1/messages%2F", "/api/v1/messages",
        ];
        List<string> different = [];
        foreach (string path in paths)
        {
            foreach (string method in s_methods)
            {
                string there = await DescribeAsync(worker.Worker, method, path);
                string here = await DescribeAsync(local, method, path);
                if (there != here)
                {
                    different.Add($"{method} {path}: {there} under the host, {here} on LocalHost");
                }
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    [Fact]
    public async Task Wrong_method_is_told_the_right_ones()
    {
        foreach (FunctionRoute route in Routes.Routes.Where(r => r.Name != Everything))
        {
            string path = SamplesOf(route).First().Path;
            using HttpResponseMessage response = await worker.Worker.SendAsync(HttpMethod.Put, path, null, CancellationToken.None);
            Assert.Equal((path, HttpStatusCode.MethodNotAllowed), (path, response.StatusCode));
            Assert.Equal(
                (path, string.Join(' ', s_methods.Where(method => method != "HEAD" && Routes.Find(method, path)!.Name != Everything).Order())),
                (path, string.Join(' ', response.Content.Headers.Allow.Where(method => method != "HEAD").Order())));
        }
    }

    /// <summary>Status, type, allowed methods, and what is said: an error's words without the request's id, of what is found (it grows meanwhile) the names.</summary>
    private async Task<string> DescribeAsync(TestGateway gateway, string method, string path)
    {
        using HttpResponseMessage response = await gateway.SendAsync(new HttpMethod(method), path, null, CancellationToken.None, ("x-api-key", worker.Key));
        string body = await response.Content.ReadAsStringAsync();
        string id = response.Headers.GetValues("request-id").Single();
        string said = response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType?.StartsWith("text/", StringComparison.Ordinal) == true ? "text"
            : response.IsSuccessStatusCode && body.Length > 0
            ? string.Join(' ', JsonElement.Parse(body).EnumerateObject().Select(member => member.Name))
            : body.Replace(id, "", StringComparison.Ordinal);
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType} {string.Join(", ", response.Content.Headers.Allow)} {said}";
    }

    private static IEnumerable<(string Method, string Path)> SamplesOf(FunctionRoute route)
    {
        string[] words = [.. route.Pattern.Split('/').Select(part => part.StartsWith('{') ? "sample" : part)];
        string path = "/" + string.Join('/', words);
        string[] paths = route.Pattern.Contains("{*", StringComparison.Ordinal) ? [path, path + "/with/slashes"] : [path, path + "/", path.ToUpperInvariant()];
        return from each in paths from method in route.Methods.DefaultIfEmpty("GET") select (method, each);
    }
}
