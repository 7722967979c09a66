using System.Text;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Errors;

public sealed class RetryHintsTests
{
    [Theory]
    [InlineData("6m0s", 360_000)]
    [InlineData("20ms", 20)]
    [InlineData("34s", 34_000)]
    [InlineData("1.2s", 1_200)]
    [InlineData("17h33m36s", 63_216_000)]
    [InlineData("2m59.56s", 179_560)]
    [InlineData("1d", 86_400_000)]
    public void Durations_are_read(string text, double milliseconds) =>
        Assert.Equal(milliseconds, RetryHints.Duration(text)!.Value.TotalMilliseconds, 3);

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("12")]
    [InlineData(null)]
    public void Other_texts_are_no_durations(string? text) => Assert.Null(RetryHints.Duration(text));

    [Theory]
    [InlineData("""{"error":{"message":"Please try again in 1.2s. Visit us."}}""", "2", "1200")]
    [InlineData("""{"error":{"message":"Please try again in 20ms."}}""", "1", "20")]
    [InlineData("""{"error":{"message":"Please try again in 6m0s."}}""", "360", "360000")]
    [InlineData("""{"error":{"message":"Please retry after 26 seconds."}}""", "26", "26000")]
    [InlineData("""{"error":{"message":"Please retry in 34.5s."}}""", "35", "34500")]
    [InlineData("""[{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}]""", "34", "34000")]
    [InlineData("""{"error":{"message":"Slow down"}}""", null, null)]
    public void Waiting_time_is_found_in_the_body(string body, string? seconds, string? milliseconds)
    {
        GatewayError error = Read(body);
        Assert.Equal((seconds, milliseconds), (error.RetryAfter, error.RetryAfterMs));
    }

    [Theory]
    [InlineData("retry-after: 7, retry-after-ms: 6500", "7", "6500")]
    [InlineData("retry-after: 7", "7", null)]
    [InlineData("retry-after: Wed 21 Oct 2026 07:28:00 GMT", "Wed 21 Oct 2026 07:28:00 GMT", null)]
    [InlineData("x-ratelimit-remaining-tokens: 0, x-ratelimit-reset-tokens: 6m0s", "360", "360000")]
    [InlineData("x-ratelimit-reset-requests: 20ms", "1", "20")]
    [InlineData("x-ratelimit-remaining-requests: 0, x-ratelimit-reset-requests: 2s, x-ratelimit-remaining-tokens: 9, x-ratelimit-reset-tokens: 1h", "2", "2000")]
    [InlineData("x-ratelimit-reset-requests: 2s, x-ratelimit-reset-tokens: 3s", "3", "3000")]
    public void Waiting_time_is_found_in_headers(string headers, string? seconds, string? milliseconds)
    {
        GatewayError error = Read("""{"error":{"message":"Rate limit reached"}}""", headers);
        Assert.Equal((seconds, milliseconds), (error.RetryAfter, error.RetryAfterMs));
    }

    [Fact]
    public void Headers_of_the_upstream_come_before_its_texts() =>
        Assert.Equal("7", Read("""{"error":{"message":"Please try again in 20s."}}""", "retry-after: 7").RetryAfter);

    private static GatewayError Read(string body, string headers = "")
    {
        Dictionary<string, string> all = headers.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(h => h.Split(": ")).ToDictionary(h => h[0], h => h[1]);
        return UpstreamErrors.FromResponse(429, all.GetValueOrDefault, Encoding.UTF8.GetBytes(body), clientCredential: false);
    }
}
