using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Dashboard;

/// <summary>The page and its files as browsers get them.</summary>
public sealed class DashboardTests(DashboardTests.Running running) : IClassFixture<DashboardTests.Running>
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
        + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static readonly (string Path, string Type)[] s_files =
    [
        ("/dashboard", "text/html; charset=utf-8"), ("/dashboard/", "text/html; charset=utf-8"), ("/dashboard/app.js", "text/javascript; charset=utf-8"),
        ("/dashboard/app.css", "text/css; charset=utf-8"), ("/dashboard/icon.svg", "image/svg+xml; charset=utf-8"), ("/dashboard/sign-in.json", "application/json"),
    ];

    private GatewayServer Gateway => running.Gateway;

    [Fact]
    public async Task Page_and_files_come_without_a_key_under_a_strict_policy()
    {
        foreach ((string path, string type) in s_files)
        {
            using HttpResponseMessage response = await AskAsync(HttpMethod.Get, path);
            string body = await response.Content.ReadAsStringAsync();
            Assert.Equal((path, 200, type), (path, (int)response.StatusCode, response.Content.Headers.ContentType?.ToString()));
            Assert.NotEmpty(body);
            Assert.Equal(Policy, Header(response, "content-security-policy"));
            Assert.Equal("nosniff", Header(response, "x-content-type-options"));
            Assert.Equal("no-referrer", Header(response, "referrer-policy"));
            Assert.Equal("DENY", Header(response, "x-frame-options"));
            Assert.Equal("same-origin", Header(response, "cross-origin-opener-policy"));
            Assert.Contains("camera=()", Header(response, "permissions-policy"), StringComparison.Ordinal);
            Assert.DoesNotContain("clipboard-write", Header(response, "permissions-policy"), StringComparison.Ordinal);
            Assert.Equal(("no-cache", "accept-encoding"), (Header(response, "cache-control"), Header(response, "vary")));
            Assert.StartsWith("req_", Header(response, "request-id"), StringComparison.Ordinal);
        }
    }

    /// <summary>The policy forbids what is written into the page itself, so it must hold none of it.</summary>
    [Fact]
    public async Task Page_holds_no_script_or_style_of_its_own_and_asks_for_files_that_are_there()
    {
        string page = await Gateway.Client.GetStringAsync("/dashboard");
        string[] names = [.. page.Split('"').Where(text => text.StartsWith("/dashboard/", StringComparison.Ordinal))];
        Assert.Contains("/dashboard/app.js", names);
        Assert.All(names, name => Assert.Contains(name, s_files.Select(file => file.Path)));
        Assert.DoesNotContain("<style", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.All(page.Split("<script")[1..], script => Assert.Contains("></script>", script, StringComparison.Ordinal));
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_says_what_get_would()
    {
        foreach ((string path, _) in s_files)
        {
            using HttpResponseMessage got = await AskAsync(HttpMethod.Get, path, ("accept-encoding", "br"));
            using HttpResponseMessage head = await AskAsync(HttpMethod.Head, path, ("accept-encoding", "br"));
            Assert.Equal(200, (int)head.StatusCode);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            Assert.Equal(got.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.Equal((Header(got, "etag"), got.Content.Headers.ContentType), (Header(head, "etag"), head.Content.Headers.ContentType));
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("identity", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("BR;q=0.5, GZIP;q=0.9", "gzip")]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("*", "br")]
    [InlineData("*;q=0", null)]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity, br;q=0.2", null)]
    [InlineData("zstd", null)]
    [InlineData("br;q=oops", null)]
    public async Task Files_are_packed_for_who_takes_them_so(string? accepts, string? coding)
    {
        string[] tags = [];
        foreach (string path in (string[])["/dashboard", "/dashboard/app.js"])
        {
            byte[] whole = await Gateway.Client.GetByteArrayAsync(path);
            using HttpResponseMessage response = await AskAsync(HttpMethod.Get, path, accepts is null ? [] : [("accept-encoding", accepts)]);
            byte[] body = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal(coding, response.Content.Headers.ContentEncoding.SingleOrDefault());
            Assert.Equal(body.Length, response.Content.Headers.ContentLength);
            Assert.Equal(whole, Unpack(body, coding));
            Assert.True(coding is null || body.Length < whole.Length);
            tags = [.. tags, Header(response, "etag")];
        }

        Assert.Equal(2, tags.Distinct().Count());
        Assert.All(tags, tag => Assert.Matches(coding is null ? "^\"[0-9a-f]+\"$" : $"^\"[0-9a-f]+-{coding}\"$", tag));
    }

    [Fact]
    public async Task Who_has_a_file_is_not_sent_it_again()
    {
        foreach ((string path, _) in s_files)
        {
            using HttpResponseMessage first = await AskAsync(HttpMethod.Get, path, ("accept-encoding", "gzip"));
            string tag = Header(first, "etag");
            foreach (string known in (string[])[tag, $"W/{tag}", $"\"other\", {tag}", "*"])
            {
                using HttpResponseMessage again = await AskAsync(HttpMethod.Get, path, ("accept-encoding", "gzip"), ("if-none-match", known));
                Assert.Equal((path, known, 304), (path, known, (int)again.StatusCode));
                Assert.Empty(await again.Content.ReadAsByteArrayAsync());
                Assert.Equal((tag, "no-cache", "accept-encoding"), (Header(again, "etag"), Header(again, "cache-control"), Header(again, "vary")));
            }

            using HttpResponseMessage other = await AskAsync(HttpMethod.Get, path, ("accept-encoding", "gzip"), ("if-none-match", "\"other\", nonsense"));
            Assert.Equal((path, 200), (path, (int)other.StatusCode));
        }

        // What is packed otherwise is another thing to keep.
        using HttpResponseMessage packed = await AskAsync(HttpMethod.Get, "/dashboard/app.js", ("accept-encoding", "gzip"));
        using HttpResponseMessage plain = await AskAsync(HttpMethod.Get, "/dashboard/app.js", ("if-none-match", Header(packed, "etag")));
        Assert.Equal(200, (int)plain.StatusCode);
    }

    [Theory]
    [InlineData("/dashboard/nothing.js")]
    [InlineData("/dashboard/index.html")]
    [InlineData("/dashboard/app.js.map")]
    [InlineData("/dashboard/..%2fapp.js")]
    [InlineData("/dashboard/%2e%2e%2f%2e%2e%2fappsettings.json")]
    [InlineData("/dashboard/..%5cappsettings.json")]
    [InlineData("/dashboard/assets/app.js")]
    [InlineData("/dashboard/app.js/more")]
    public async Task Other_names_are_not_there_and_lead_nowhere(string path)
    {
        using HttpResponseMessage response = await AskAsync(HttpMethod.Get, path);
        JsonElement body = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Contains((int)response.StatusCode, (int[])[400, 404]);
        Assert.Equal("error", body.GetProperty("type").GetString());
        Assert.Equal(Header(response, "request-id"), body.GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Other_methods_are_told_the_right_ones(string method)
    {
        foreach ((string path, _) in s_files.Append(("/dashboard/nothing.js", "")))
        {
            using HttpResponseMessage response = await AskAsync(new HttpMethod(method), path);
            Assert.Equal((path, HttpStatusCode.MethodNotAllowed, "GET, HEAD"), (path, response.StatusCode, string.Join(", ", response.Content.Headers.Allow)));
            Assert.False(response.Headers.Contains("access-control-allow-origin"));
        }
    }

    [Fact]
    public async Task Without_an_issuer_people_sign_in_with_keys()
    {
        JsonElement document = JsonElement.Parse(await Gateway.Client.GetStringAsync("/dashboard/sign-in.json"));
        Assert.Equal(["version"], document.EnumerateObject().Select(member => member.Name));
        JsonElement about = JsonElement.Parse(await Gateway.Client.GetStringAsync("/"));
        Assert.Equal(about.GetProperty("version").GetString(), document.GetProperty("version").GetString());
        Assert.Contains("GET /dashboard", about.GetProperty("endpoints").EnumerateArray().Select(endpoint => endpoint.GetString()));
    }

    [Fact]
    public async Task Switched_off_it_says_which_setting_did_that()
    {
        await using GatewayServer off = await GatewayServer.StartAsync([("Gateway:Dashboard:Enabled", "False")]);
        foreach ((string path, _) in s_files)
        {
            using HttpResponseMessage response = await off.SendAsync(HttpMethod.Get, path, null, default);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, response.StatusCode));
            Assert.Contains("Gateway:Dashboard:Enabled is false", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using HttpResponseMessage posted = await off.SendAsync(HttpMethod.Post, "/dashboard", null, default);
        Assert.Equal(HttpStatusCode.NotFound, posted.StatusCode);
        Assert.DoesNotContain("/dashboard", await off.Client.GetStringAsync("/"), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, params (string, string)[] headers) => Gateway.SendAsync(method, path, null, default, headers);

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : "";

    private static byte[] Unpack(byte[] body, string? coding)
    {
        using MemoryStream packed = new(body);
        using Stream stream = coding switch { "br" => new BrotliStream(packed, CompressionMode.Decompress), "gzip" => new GZipStream(packed, CompressionMode.Decompress), _ => packed };
        using MemoryStream whole = new();
        stream.CopyTo(whole);
        return whole.ToArray();
    }

    /// <summary>One gateway for all.</summary>
    public sealed class Running : IAsyncLifetime
    {
        public GatewayServer Gateway { get; private set; } = null!;

        public async Task InitializeAsync() => Gateway = await GatewayServer.StartAsync();

        public async Task DisposeAsync() => await Gateway.DisposeAsync();
    }
}
