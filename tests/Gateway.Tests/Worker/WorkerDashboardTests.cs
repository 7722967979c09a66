using System.IO.Compression;
using Gateway.Tests.Support;

namespace Gateway.Tests.Worker;

/// <summary>The dashboard's page through the Functions host.</summary>
[Collection(WorkerFixture.Collection)]
public sealed class WorkerDashboardTests(WorkerFixture worker)
{
    [Fact]
    public async Task Page_and_its_files_pass_the_host_as_they_are()
    {
        await using GatewayServer local = await GatewayServer.StartAsync();
        foreach (string path in (string[])["/dashboard", "/dashboard/", "/dashboard/app.js", "/dashboard/app.css", "/dashboard/icon.svg", "/dashboard/sign-in.json"])
        {
            using HttpResponseMessage there = await AskAsync(worker.Worker, path);
            using HttpResponseMessage here = await AskAsync(local, path);
            Assert.Equal((path, 200), (path, (int)there.StatusCode));
            Assert.Equal(await here.Content.ReadAsByteArrayAsync(), await there.Content.ReadAsByteArrayAsync());
            Assert.Equal(here.Content.Headers.ContentType, there.Content.Headers.ContentType);
            Assert.Equal(here.Content.Headers.ContentEncoding, there.Content.Headers.ContentEncoding);
            foreach (string name in (string[])["content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options", "cross-origin-opener-policy", "permissions-policy", "cache-control", "vary", "etag"])
            {
                Assert.Equal((path, name, Value(here, name)), (path, name, Value(there, name)));
            }

            using HttpResponseMessage again = await AskAsync(worker.Worker, path, ("if-none-match", Value(there, "etag")));
            Assert.Equal((path, 304), (path, (int)again.StatusCode));
        }

        using HttpResponseMessage packed = await AskAsync(worker.Worker, "/dashboard/app.js");
        await using BrotliStream script = new(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using MemoryStream whole = new();
        await script.CopyToAsync(whole);
        Assert.Equal(await local.Client.GetByteArrayAsync("/dashboard/app.js"), whole.ToArray());
    }

    private static Task<HttpResponseMessage> AskAsync(TestGateway gateway, string path, params (string, string)[] headers) =>
        gateway.SendAsync(HttpMethod.Get, path, null, default, [("accept-encoding", "gzip, br"), .. headers]);

    private static string Value(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : "";
}
