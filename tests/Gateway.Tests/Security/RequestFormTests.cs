using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Requests that HTTP or JSON would not have: the client's mistake, said in the form of the API that it called.</summary>
public sealed class RequestFormTests
{
    [Theory]
    [InlineData("fffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("7fffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("-2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2g\r\n{}\r\n0\r\n\r\n")]
    [InlineData("0x2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}x0\r\n\r\n")]
    [InlineData("2\n{}\n0\n\n")]
    public async Task Broken_chunks_are_a_400(string chunks)
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync();
        foreach (string path in (string[])["/v1/messages", "/v1/chat/completions", "/v1/messages/count_tokens", "/manage/keys"])
        {
            string answer = await RawClient.SendAsync(gateway.Url, Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-api-key: {GatewayServer.Key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"));
            Assert.Contains(RawClient.StatusOf(answer), (int[])[400, path == "/manage/keys" ? 403 : 400]);
            JsonElement body = JsonElement.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)]);
            Assert.True(body.GetProperty("error").GetProperty("message").GetString()!.Length > 0);
        }
    }

    [Theory]
    [InlineData("\"true\"")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[true]")]
    public async Task Stream_that_is_no_boolean_is_a_400_that_names_the_field(string value)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        foreach (string kind in (string[])["openai", "anthropic"])
        {
            await using GatewayServer gateway = await Upstreams.StartAsync(kind, upstream.Url);
            foreach (string path in (string[])["/v1/messages", "/v1/chat/completions"])
            {
                using HttpResponseMessage response = await gateway.PostAsync(path, Upstreams.Body(stream: true).Replace("\"stream\":true", $"\"stream\":{value}", StringComparison.Ordinal));
                Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
                JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
                Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
                Assert.StartsWith("stream: ", error.GetProperty("message").GetString(), StringComparison.Ordinal);
            }
        }

        Assert.Empty(upstream.Received);
    }
}
