using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Gateway.Diagnostics;
using Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams.Credentials;

/// <summary>
/// Shows other clouds who the gateway is: for a token of its identity AWS gives keys of a role, and Google a token. One
/// set for each role and account, shared by all who need it.
/// </summary>
internal sealed partial class CloudCredentials(UpstreamIdentity identity, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>AWS takes five minutes; a difference that is smaller was not why it refused.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(4);

    private static readonly string[] s_overdue = ["ExpiredToken", "InvalidClientTokenId", "UnrecognizedClient"];

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Upstreams.UpstreamIdentity");
    private readonly ConcurrentDictionary<AwsSigning, RenewedSecret<AwsKeys>> _roles = new();
    private readonly ConcurrentDictionary<GoogleAccess, RenewedSecret<string>> _tokens = new();

    /// <summary>By how much the clock of a server is ahead of ours, where that is why it refused.</summary>
    private readonly ConcurrentDictionary<string, TimeSpan> _ahead = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds what the cloud wants to see. Comes last: it may sign what is there.</summary>
    /// <returns>What must not come back to a client.</returns>
    /// <exception cref="NoTokenException">The cloud gives nothing, and the log says why.</exception>
    public async ValueTask<string> AuthorizeAsync(HttpRequestMessage message, ReadOnlyMemory<byte> body, CloudAccess cloud, CancellationToken cancellationToken)
    {
        if (cloud is AwsSigning aws)
        {
            AwsKeys keys = aws.Keys ?? await RoleOf(aws).GetAsync(cancellationToken) ?? throw new NoTokenException("AWS gave the gateway no keys of its role for this upstream.");
            SigV4.Sign(message, body.Span, keys, aws, time.GetUtcNow() + _ahead.GetValueOrDefault(message.RequestUri!.Authority));
            return keys.SessionToken ?? keys.Id;
        }

        GoogleAccess google = (GoogleAccess)cloud;
        string token = await TokenOf(google).GetAsync(cancellationToken) ?? throw new NoTokenException("Google gave the gateway no token for this upstream.");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return token;
    }

    /// <summary>The refusal is about what was shown, and another try shows something better.</summary>
    public bool LearnsFrom(HttpResponseMessage answer, HttpRequestMessage sent, Provider provider) => (provider.Cloud, answer.StatusCode) switch
    {
        (AwsSigning aws, HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) => LearnsClock(answer, sent) || (IsOverdue(answer) && aws.RoleArn is not null && RoleOf(aws).Forget(keys => Shows(sent, keys.Id))),
        (GoogleAccess google, HttpStatusCode.Unauthorized) => TokenOf(google).Forget(token => Shows(sent, token)),
        _ => false,
    };

    private bool LearnsClock(HttpResponseMessage answer, HttpRequestMessage sent)
    {
        string host = sent.RequestUri!.Authority;
        TimeSpan known = _ahead.GetValueOrDefault(host);
        if (answer.Headers.Date is not { } theirs || (theirs - time.GetUtcNow() - known).Duration() < s_skew)
        {
            return false;
        }

        _ahead[host] = theirs - time.GetUtcNow();
        ClockDiffers(_logger, LogText.Of(host), (long)_ahead[host].TotalSeconds);
        return true;
    }

    private static bool IsOverdue(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("x-amzn-errortype", out IEnumerable<string>? types) && types.Any(type => s_overdue.Any(known => type.StartsWith(known, StringComparison.Ordinal)));

    private static bool Shows(HttpRequestMessage sent, string secret) =>
        sent.Headers.NonValidated.TryGetValues("authorization", out HeaderStringValues values) && values.ToString().Contains(secret, StringComparison.Ordinal);

    private RenewedSecret<AwsKeys> RoleOf(AwsSigning aws) => _roles.GetOrAdd(aws with { Service = "" }, role => new RenewedSecret<AwsKeys>(
        async cancellationToken => await AwsRole.AssumeAsync(role, await identity.GetTokenAsync(role.TokenScope!, cancellationToken), cancellationToken),
        time,
        (why, stillGood) => Tell("AWS", role.RoleArn!, why, stillGood, "Check that the role trusts the identity provider of the tenant, with TokenScope's audience and the identity's object id")));

    private RenewedSecret<string> TokenOf(GoogleAccess google) => _tokens.GetOrAdd(google, account => new RenewedSecret<string>(
        cancellationToken => GoogleToken.FetchAsync(account, identity, time, cancellationToken),
        time,
        (why, stillGood) => Tell("Google", account.Words, why, stillGood, "Check the federation's pool and audience, or the service account and its key")));

    private void Tell(string cloud, string account, string why, bool stillGood, string cure)
    {
        if (stillGood)
        {
            NotRenewed(_logger, cloud, LogText.Of(account), LogText.FirstLine(why));
        }
        else
        {
            Nothing(_logger, cloud, LogText.Of(account), LogText.FirstLine(why), cure);
        }
    }

    [LoggerMessage(26, LogLevel.Error, "{Cloud} gave nothing for {Account}: {Why}. {Cure}")]
    private static partial void Nothing(ILogger logger, string cloud, string account, string why, string cure);

    [LoggerMessage(27, LogLevel.Warning, "What {Cloud} gave for {Account} could not be renewed and is used on while it holds: {Why}")]
    private static partial void NotRenewed(ILogger logger, string cloud, string account, string why);

    [LoggerMessage(28, LogLevel.Warning, "The clock of {Host} is {Seconds} s ahead of the gateway's, so that signatures were refused; they are dated by it from now on")]
    private static partial void ClockDiffers(ILogger logger, string host, long seconds);
}
