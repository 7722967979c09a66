using System.Text;

namespace Gateway.Tests.Clouds;

/// <summary>AWS's published examples of signatures (the test suite of Signature Version 4).</summary>
public sealed class SigV4VerifierTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static readonly SigV4Verifier s_verifier = new("service", "us-east-1", _ => (Secret, null), () => new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("GET", "/", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "/", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("POST", "/", "content-type:application/x-www-form-urlencoded", "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    [InlineData("GET", "/", "my-header1:value2,value2,value1", "", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea")]
    public void Example_is_right_and_no_other_is(string method, string target, string header, string body, string signature)
    {
        Assert.Null(Problem(method, target, header, body, signature));
        Assert.NotNull(Problem(method, target, header, body + "x", signature));
        Assert.NotNull(Problem(method, target + (target.Contains('?', StringComparison.Ordinal) ? "&x=y" : "x"), header, body, signature));
        Assert.NotNull(Problem(method, target, header, body, signature[1..] + "0"));
    }

    private static string? Problem(string method, string target, string header, string body, string signature)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase) { ["Host"] = "example.amazonaws.com", ["X-Amz-Date"] = "20150830T123600Z" };
        if (header.Length > 0)
        {
            headers.Add(header.Split(':')[0], header.Split(':')[1]);
        }

        string signed = string.Join(';', headers.Keys.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal));
        headers["authorization"] = $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={signed}, Signature={signature}";
        return s_verifier.Problem(method, target, headers, Encoding.UTF8.GetBytes(body));
    }
}
