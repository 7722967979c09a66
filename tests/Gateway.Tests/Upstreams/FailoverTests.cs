using System.Globalization;
using Gateway.Authentication.Access;
using Gateway.Bounds;
using Gateway.Routing;
using Gateway.Tests.Support;
using Gateway.Translation.Errors;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Upstreams;

/// <summary>Which upstream is asked and how often, whoever asks and whatever for.</summary>
public sealed class FailoverTests : IDisposable
{
    private static readonly Caller s_caller = new() { KeyId = "k", Team = "t", CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" };
    private static readonly Refusal s_busy = new(GatewayError.Overloaded("busy"));
    private static readonly Refusal s_long = new(GatewayError.InvalidRequest("prompt is too long") with { Code = GatewayError.ContextCode });
    private static readonly Refusal s_wrong = new(GatewayError.InvalidRequest("wrong"));
    private static readonly Refusal s_unknown = new(GatewayError.NotFound("unknown"));
    private static readonly Refusal s_teaches = new(GatewayError.InvalidRequest("no") with { RejectedParameters = ["temperature"], RejectionLasts = true });
    private static readonly Outcome s_answered = new Outcome.Answered();
    private static readonly Outcome s_brokenOff = new Outcome.BrokenOff(GatewayError.Api("broke"));
    private static readonly Outcome s_left = new Outcome.ClientLeft();

    private readonly UpstreamMemory _memory = new(new FakeClock(), NullLoggerFactory.Instance);
    private readonly TargetHealth _health = new(new FakeClock(), NullLoggerFactory.Instance);
    private readonly CallSlots _slots = new(new BoundsOptions(), new FakeClock());
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

    /// <summary>Each target as its window in thousands of tokens, 0 for one that is not known, and what comes of asking it.</summary>
    [Theory]
    [InlineData("100:long 200:answered", 1, "100 200", "answered")]
    [InlineData("100:long 100:answered", 1, "100", "long")]
    [InlineData("100:long 0:answered", 1, "100", "long")]
    [InlineData("0:long 100:answered", 1, "0 100", "answered")]
    [InlineData("0:long 100:answered", 120, "0", "long")]
    [InlineData("100:long 50:answered 200:answered", 1, "100 200", "answered")]
    [InlineData("100:long 200:long 150:answered", 1, "100 200", "long")]
    [InlineData("100:long 200:busy 50:answered 300:answered", 1, "100 200 300", "answered")]
    [InlineData("100:long 200:busy", 1, "100 200", "busy")]
    [InlineData("100:busy 200:long", 1, "100 200", "long")]
    [InlineData("200:busy 100:long", 1, "200 100", "busy")]
    [InlineData("100:busy 100:busy", 1, "100 100", "busy")]
    [InlineData("100:answered 200:answered", 151, "200", "answered")]
    [InlineData("100:answered 200:answered", 149, "100", "answered")]
    [InlineData("100:answered 200:busy", 151, "200 100", "answered")]
    [InlineData("100:answered 0:answered", 151, "0", "answered")]
    [InlineData("100:answered 110:answered", 500, "100", "answered")]
    [InlineData("100:unsaid 100:answered", 1, "100", "answered")]
    [InlineData("100:busy 100:unsaid", 1, "100", "busy")]
    public async Task Windows_decide_who_is_asked_and_what_is_told(string targets, int input, string asked, string told)
    {
        (int Window, string Does)[] all = [.. targets.Split(' ').Select(target => target.Split(':')).Select(part => (int.Parse(part[0], CultureInfo.InvariantCulture), part[1]))];
        Target[] known = [.. all.Select((target, i) => new Target(new Provider($"p{i}", ProviderKind.OpenAi, "http://x.example"), $"{i}", Profile.Default) { ContextWindow = target.Window == 0 ? null : target.Window * 1000 })];
        List<string> calls = [];
        int at = 0;
        Outcome outcome = await Create().RunAsync(s_caller, "req_1", known, Say, (_, _) =>
        {
            calls.Add($"{all[at].Window}");
            return Task.FromResult(Read(all[at].Does).Single());
        }, new FailoverRules { EstimatedInput = input * 1000 });

        Assert.Equal(asked, string.Join(' ', calls));
        Assert.Same(Read(told).Single(), outcome);

        UpstreamCall? Say(Target target, Lessons lessons, out GatewayError? error)
        {
            at = int.Parse(target.UpstreamModel, CultureInfo.InvariantCulture);
            error = all[at].Does == "unsaid" ? GatewayError.InvalidRequest("cannot be said") : null;
            return error is null ? Calls.Chat() : null;
        }
    }

    public void Dispose() => _slots.Dispose();

    private static IEnumerable<Outcome> Read(string outcomes) => outcomes.Replace("broken off", "broken", StringComparison.Ordinal).Split(' ').Select(name => name switch
    {
        "busy" => s_busy,
        "long" => s_long,
        "wrong" => s_wrong,
        "unknown" => s_unknown,
        "teaches" => s_teaches,
        "answered" => s_answered,
        "broken" => s_brokenOff,
        _ => s_left,
    });

    private Failover Create() => new(_memory, _health, _slots, new ConfigurationAlarm(new FakeClock(), NullLoggerFactory.Instance), new FailureLog(NullLoggerFactory.Instance));

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
        return Create().RunAsync(s_caller, "req_1", targets, translate, attempt);
    }
}
