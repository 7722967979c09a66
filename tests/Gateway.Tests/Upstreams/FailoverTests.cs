using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Tests.Support;
using Gateway.Translation.Errors;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Upstreams;

/// <summary>Which upstream is asked and how often, whoever asks and whatever for.</summary>
public sealed class FailoverTests
{
    private static readonly Caller s_caller = new() { KeyId = "k", Team = "t", CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" };
    private static readonly Refusal s_busy = new(GatewayError.Overloaded("busy"));
    private static readonly Refusal s_wrong = new(GatewayError.InvalidRequest("wrong"));
    private static readonly Refusal s_unknown = new(GatewayError.NotFound("unknown"));
    private static readonly Refusal s_teaches = new(GatewayError.InvalidRequest("no") with { RejectedParameters = ["temperature"], RejectionLasts = true });
    private static readonly Outcome s_answered = new Outcome.Answered();
    private static readonly Outcome s_brokenOff = new Outcome.BrokenOff(GatewayError.Api("broke"));
    private static readonly Outcome s_left = new Outcome.ClientLeft();

    private readonly UpstreamMemory _memory = new(new FakeClock(), NullLoggerFactory.Instance);
    private readonly TargetHealth _health = new(new FakeClock(), NullLoggerFactory.Instance);
    private readonly List<string> _tried = [];

    public static TheoryData<string, string> Ways => new()
    {
        { "busy answered", "one two" },
        { "busy busy", "one two" },
        { "wrong", "one" },
        { "unknown answered", "one two" },
        { "answered", "one" },
        { "broken off", "one" },
        { "left", "one" },
        { "teaches answered", "one one" },
        { "teaches busy answered", "one one two" },
        { "teaches teaches", "one one" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Targets_are_tried_while_it_may_help(string outcomes, string tried)
    {
        Outcome[] all = [.. Read(outcomes)];
        Assert.Same(all[^1], await RunAsync(all));
        Assert.Equal(tried, string.Join(' ', _tried));
    }

    /// <summary>Only what proved right: an answer that broke off may have broken off for this.</summary>
    [Theory]
    [InlineData("teaches answered", true)]
    [InlineData("teaches broken off", false)]
    [InlineData("teaches left", false)]
    [InlineData("teaches busy answered", false)]
    public async Task Only_a_whole_answer_teaches(string outcomes, bool learned)
    {
        await RunAsync([.. Read(outcomes)]);
        Assert.Equal(learned, _memory.List().Count == 1);
    }

    [Fact]
    public async Task Request_that_cannot_be_said_to_a_target_is_refused_without_a_call()
    {
        Outcome outcome = await Run((Target _, Lessons _, out GatewayError? error) =>
        {
            error = GatewayError.InvalidRequest("cannot be said");
            return null;
        }, (_, _) => throw new InvalidOperationException());
        Assert.Equal("cannot be said", Assert.IsType<Refusal>(outcome).Error.Message);
    }

    private static IEnumerable<Outcome> Read(string outcomes) => outcomes.Replace("broken off", "broken", StringComparison.Ordinal).Split(' ').Select(name => name switch
    {
        "busy" => s_busy,
        "wrong" => s_wrong,
        "unknown" => s_unknown,
        "teaches" => s_teaches,
        "answered" => s_answered,
        "broken" => s_brokenOff,
        _ => s_left,
    });

    private Task<Outcome> RunAsync(Outcome[] outcomes)
    {
        Queue<Outcome> next = new(outcomes);
        return Run((Target target, Lessons _, out GatewayError? error) =>
        {
            _tried.Add(target.UpstreamModel);
            error = null;
            return Calls.Chat();
        }, (_, _) => Task.FromResult(next.Dequeue()));
    }

    private Task<Outcome> Run(Failover.Translate translate, Failover.Attempt attempt)
    {
        Target[] targets = [.. new[] { "one", "two" }.Select(model => new Target(new Provider("fake", ProviderKind.OpenAi, "http://x.example"), model, Profile.Default))];
        return new Failover(_memory, _health, new ConfigurationAlarm(new FakeClock(), NullLoggerFactory.Instance)).RunAsync(s_caller, "req_1", targets, translate, attempt);
    }
}
