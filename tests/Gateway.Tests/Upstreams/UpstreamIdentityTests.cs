using System.Collections.Concurrent;
using Azure.Core;
using Azure.Identity;
using Gateway.Tests.Support;
using Gateway.Upstreams.Credentials;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Upstreams;

/// <summary>Tokens of the gateway's identity: how often they are fetched, and what happens when there is none.</summary>
public sealed class UpstreamIdentityTests
{
    private const string Scope = "https://ai.azure.com/.default";

    private readonly FakeClock _time = new();
    private readonly FakeCredential _credential = new();
    private readonly LogLines _log = new();
    private readonly UpstreamIdentity _identity;

    public UpstreamIdentityTests()
    {
        _credential.Answer = _ => Task.FromResult(Token("one", hours: 1));
        _identity = new UpstreamIdentity(_credential, _time, new LoggerFactory([_log]));
    }

    [Fact]
    public async Task Many_requests_share_one_fetch()
    {
        TaskCompletionSource<AccessToken> fetched = new();
        _credential.Answer = _ => fetched.Task;
        Task<string>[] requests = [.. Enumerable.Range(0, 50).Select(_ => GetAsync())];
        fetched.SetResult(Token("one", hours: 1));
        Assert.All(await Task.WhenAll(requests), token => Assert.Equal("one", token));
        Assert.Equal("one", await GetAsync());
        Assert.Equal(Scope, Assert.Single(_credential.Scopes));
    }

    [Fact]
    public async Task Each_scope_has_its_token()
    {
        await GetAsync();
        await _identity.GetTokenAsync("https://cognitiveservices.azure.us/.default", default);
        Assert.Equal([Scope, "https://cognitiveservices.azure.us/.default"], _credential.Scopes);
    }

    [Fact]
    public async Task Next_token_is_fetched_while_the_old_one_is_used()
    {
        await GetAsync();
        _time.AdvanceSeconds(54.9 * 60);
        await GetAsync();
        Assert.Single(_credential.Scopes);

        TaskCompletionSource<AccessToken> next = new();
        _credential.Answer = _ => next.Task;
        _time.AdvanceSeconds(6);
        Assert.Equal("one", await GetAsync());
        next.SetResult(Token("two", hours: 1));
        await Patience.UntilAsync(async () => await GetAsync() == "two");
        Assert.Equal(2, _credential.Scopes.Count);
    }

    [Fact]
    public async Task Identity_says_itself_when_it_wants_to_be_asked_again()
    {
        _credential.Answer = _ => Task.FromResult(new AccessToken("one", _time.GetUtcNow().AddHours(24), _time.GetUtcNow().AddHours(12)));
        await GetAsync();
        _time.AdvanceSeconds(12 * 3600);
        await GetAsync();
        await Patience.UntilAsync(() => _credential.Scopes.Count == 2);
    }

    [Fact]
    public async Task Fetch_that_fails_costs_nothing_while_the_old_token_holds()
    {
        await GetAsync();
        _credential.Answer = _ => Task.FromException<AccessToken>(new AuthenticationFailedException("the endpoint is away\nwith more lines"));
        _time.AdvanceSeconds(56 * 60);
        Assert.Equal("one", await GetAsync());
        await Patience.UntilAsync(() => _log.All.Count > 0);
        Assert.Equal("one", await GetAsync());
        Assert.Equal(2, _credential.Scopes.Count);
        Assert.Equal($"The token for {Scope} could not be renewed and is used on while it holds: the endpoint is away", Assert.Single(_log.All));

        // Too old to arrive while it is good.
        _time.AdvanceSeconds((3 * 60) + 31);
        await Assert.ThrowsAsync<NoTokenException>(GetAsync);
    }

    [Fact]
    public async Task Failure_is_remembered_a_moment_and_then_forgotten()
    {
        _credential.Answer = _ => Task.FromException<AccessToken>(new CredentialUnavailableException("nobody is signed in"));
        await Assert.ThrowsAsync<NoTokenException>(GetAsync);
        await Assert.ThrowsAsync<NoTokenException>(GetAsync);
        Assert.Single(_credential.Scopes);
        string line = Assert.Single(_log.All);
        Assert.StartsWith("The gateway's identity got no token", line, StringComparison.Ordinal);
        Assert.Contains("give the app a managed identity", line, StringComparison.Ordinal);
        _credential.Answer = _ => Task.FromResult(Token("one", hours: 1));
        _time.AdvanceSeconds(5);
        Assert.Equal("one", await GetAsync());
    }

    /// <summary>Not every source of a token ends when it is told to.</summary>
    [Fact]
    public async Task Endpoint_that_hangs_is_given_ten_seconds()
    {
        TaskCompletionSource asked = new();
        TaskCompletionSource<AccessToken> never = new();
        _credential.Answer = _ =>
        {
            asked.TrySetResult();
            return never.Task;
        };
        Task<string> request = GetAsync();
        await asked.Task.WaitAsync(Patience.Limit);
        await Patience.UntilAsync(() =>
        {
            _time.AdvanceSeconds(10);
            return request.IsCompleted;
        });
        await Assert.ThrowsAsync<NoTokenException>(() => request);
        Assert.Contains("nothing came in time", Assert.Single(_log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_that_leaves_ends_no_fetch_of_others()
    {
        TaskCompletionSource<AccessToken> fetched = new();
        _credential.Answer = _ => fetched.Task;
        using CancellationTokenSource leaves = new();
        Task<string> left = _identity.GetTokenAsync(Scope, leaves.Token).AsTask();
        Task<string> stays = GetAsync();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        fetched.SetResult(Token("one", hours: 1));
        Assert.Equal("one", await stays);
    }

    private Task<string> GetAsync() => _identity.GetTokenAsync(Scope, default).AsTask();

    private AccessToken Token(string text, double hours) => new(text, _time.GetUtcNow().AddHours(hours));

    private sealed class FakeCredential : TokenCredential
    {
        public Func<CancellationToken, Task<AccessToken>> Answer { get; set; } = null!;

        public ConcurrentQueue<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.Enqueue(Assert.Single(requestContext.Scopes));
            return await Answer(cancellationToken);
        }
    }
}
