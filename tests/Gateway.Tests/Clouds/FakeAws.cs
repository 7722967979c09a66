using System.Globalization;
using System.Text;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Clouds;

/// <summary>Bedrock's Anthropic endpoint and AWS's token service, which check what comes as the cloud would.</summary>
internal sealed class FakeAws : IAsyncDisposable
{
    public const string Role = "arn:aws:iam::123456789012:role/messages-gateway";
    private readonly FakeUpstream _bedrock;
    private readonly FakeUpstream _sts;
    private readonly SigV4Verifier _verifier;
    private readonly TimeProvider _time;
    private int _sessions;
    private int _firstGood;

    private FakeAws(FakeUpstream bedrock, FakeUpstream sts, TimeProvider time)
    {
        (_bedrock, _sts, _time) = (bedrock, sts, time);
        _verifier = new SigV4Verifier("bedrock-mantle", "eu-north-1", KeyOf, () => time.GetUtcNow() + ClockAhead);
        bedrock.Answer = AnswerAsync;
        sts.Answer = AssumeAsync;
    }

    public FakeUpstream Bedrock => _bedrock;

    public FakeUpstream Sts => _sts;

    /// <summary>Of its clock, compared with the gateway's.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>Changes a request on its way, before it is checked.</summary>
    public Func<ReceivedRequest, string, (ReceivedRequest Request, string Target)> Tamper { get; set; } = (request, target) => (request, target);

    /// <summary>Says what comes behind the door; null answers.</summary>
    public Func<HttpContext, Task?> Inside { get; set; } = _ => null;

    public (string Key, string? Value)[] Settings =>
    [
        ("Gateway:Providers:bedrock:Kind", "anthropic"),
        ("Gateway:Providers:bedrock:BaseUrl", _bedrock.Url + "/anthropic"),
        ("Gateway:Providers:bedrock:Auth", "sigv4"),
        ("Gateway:Providers:bedrock:TokenScope", "api://gateway-aws/.default"),
        ("Gateway:Providers:bedrock:Aws:Region", "eu-north-1"),
        ("Gateway:Providers:bedrock:Aws:Service", "bedrock-mantle"),
        ("Gateway:Providers:bedrock:Aws:RoleArn", Role),
        ("Gateway:Providers:bedrock:Aws:StsUrl", _sts.Url),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "bedrock/anthropic.claude-sonnet-4-5"),
    ];

    public static async Task<FakeAws> StartAsync(TimeProvider time) => new(await FakeUpstream.StartAsync(), await FakeUpstream.StartAsync(), time);

    /// <summary>No session of before is taken any more.</summary>
    public void EndSessions() => _firstGood = _sessions + 1;

    public async ValueTask DisposeAsync()
    {
        await _bedrock.DisposeAsync();
        await _sts.DisposeAsync();
    }

    private (string Secret, string? Token)? KeyOf(string id) =>
        id == "AKIASTATIC" ? ("static-secret", null)
        : id.StartsWith("ASIA", StringComparison.Ordinal) && int.Parse(id[4..], CultureInfo.InvariantCulture) >= _firstGood ? ($"secret-{id[4..]}", $"session/+{id[4..]}==")
        : null;

    private Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.Date = (_time.GetUtcNow() + ClockAhead).ToString("R");
        (ReceivedRequest request, string target) = Tamper(_bedrock.Received.Last(), context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (_verifier.Problem(context.Request.Method, target, request.Headers, Encoding.UTF8.GetBytes(request.Body)) is { } problem)
        {
            context.Response.Headers["x-amzn-errortype"] = problem;
            return FakeUpstream.Json(context, 403, """{"message":"User arn:aws:sts::123456789012:assumed-role/messages-gateway is not known here"}""");
        }

        return Inside(context) ?? FakeClaude.AnswerAsync(context, request.Json.TryGetProperty("stream", out var stream) && stream.GetBoolean(), target.Contains("count_tokens", StringComparison.Ordinal));
    }

    private Task AssumeAsync(HttpContext context)
    {
        Dictionary<string, string> form = _sts.Received.Last().Body.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        bool right = form["Action"] == "AssumeRoleWithWebIdentity" && form["Version"] == "2011-06-15" && form["RoleArn"] == Role && form["WebIdentityToken"].StartsWith("entra-token-", StringComparison.Ordinal);
        context.Response.ContentType = "text/xml";
        if (!right)
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>No OpenIDConnect provider found in your account</Message></Error></ErrorResponse>");
        }

        int number = ++_sessions;
        string until = _time.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return context.Response.WriteAsync($"<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>secret-{number}</SecretAccessKey><SessionToken>session/+{number}==</SessionToken><Expiration>{until}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>");
    }
}
