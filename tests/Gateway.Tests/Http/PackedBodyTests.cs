using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

/// <summary>Clients that pack what they send, as Codex does with long conversations, and those that begin it with a byte order mark.</summary>
public sealed class PackedBodyTests(PackedBodyTests.Fixture fixture) : IClassFixture<PackedBodyTests.Fixture>
{
    private const string Request = """{"model":"echo","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""";

    public sealed class Fixture : IAsyncLifetime
    {
        internal GatewayServer Gateway { get; private set; } = null!;

        public async Task InitializeAsync() => Gateway = await GatewayServer.StartAsync(SurfaceTests.Settings);

        public async Task DisposeAsync() => await Gateway.DisposeAsync();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task Packed_body_is_unpacked(string encoding)
    {
        foreach (string path in (string[])["/v1/messages", "/v1/chat/completions", "/v1/messages/count_tokens"])
        {
            (int status, string body) = await Send(path, Pack(Request, encoding), encoding);
            Assert.True(status == 200, $"{path}: {body}");
        }
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    public async Task What_cannot_be_unpacked_is_refused_by_name(string encoding)
    {
        (int status, string body) = await Send("/v1/messages", [0x28, 0xB5, 0x2F, 0xFD], encoding);
        Assert.Equal(415, status);
        JsonElement error = JsonElement.Parse(body).GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.StartsWith($"content-encoding '{encoding}' is not understood", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Body_that_is_not_packed_as_it_says_is_refused(string encoding)
    {
        (int status, string body) = await Send("/v1/messages", Encoding.UTF8.GetBytes(Request), encoding);
        Assert.Equal(400, status);
        Assert.Contains("content-encoding", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Limit_holds_for_what_a_body_unpacks_to(string encoding)
    {
        byte[] bomb = Pack(Request.Replace("Hello", new string('a', 33 * 1024 * 1024), StringComparison.Ordinal), encoding);
        Assert.InRange(bomb.Length, 1, 100_000);
        (int status, _) = await Send("/v1/messages", bomb, encoding);
        Assert.Equal(413, status);
    }

    [Fact]
    public async Task Byte_order_mark_before_a_body_is_passed_over()
    {
        (int status, string body) = await Send("/v1/messages", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Request)], null);
        Assert.True(status == 200, body);
    }

    private async Task<(int Status, string Body)> Send(string path, byte[] bytes, string? encoding)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, fixture.Gateway.Url + path) { Content = new ByteArrayContent(bytes) };
        request.Headers.Add("x-api-key", fixture.Gateway.ApiKey);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (encoding is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("content-encoding", encoding);
        }

        using HttpResponseMessage response = await fixture.Gateway.Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static byte[] Pack(string text, string encoding)
    {
        using MemoryStream packed = new();
        using (Stream packer = encoding.ToLowerInvariant() switch
        {
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "identity" => new BufferedStream(new MemoryStream()),
            _ => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            packer.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.Length > 0 ? packed.ToArray() : Encoding.UTF8.GetBytes(text);
    }
}
