using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Security;

/// <summary>What needs a clock or thousands of names to be seen.</summary>
public sealed class UpstreamMemoryTests
{
    private static readonly Lesson s_lesson = new("temperature", null, Lasts: true);
    private readonly FakeClock _time = new();
    private readonly UpstreamMemory _memory;

    public UpstreamMemoryTests() => _memory = new UpstreamMemory(_time, NullLoggerFactory.Instance);

    [Fact]
    public void Everything_is_forgotten_after_an_hour_and_the_strictest_limit_counts_until_then()
    {
        _memory.Learn(Caller("k"), Target("m"), s_lesson, "req_1");
        _memory.Learn(Caller("k"), Target("m"), new Lesson(Lesson.OutputLimit, 4096, Lasts: true), "req_2");
        Lessons lessons = _memory.Of(Caller("k"), Target("m"));
        Assert.Equal(("temperature", 4096), (Assert.Single(lessons.Without), lessons.MaxOutputTokens));

        _time.Advance(UpstreamMemory.Lifetime);
        Assert.Same(Lessons.None, _memory.Of(Caller("k"), Target("m")));
        Assert.Empty(_memory.List());
    }

    [Fact]
    public void People_behind_one_rule_for_tokens_do_not_change_each_others_requests()
    {
        _memory.Learn(Caller("oidc.r", "alice"), Target("m"), s_lesson, "req_1");
        Assert.Single(_memory.Of(Caller("oidc.r", "alice"), Target("m")).Without);
        Assert.Empty(_memory.Of(Caller("oidc.r", "bob"), Target("m")).Without);
    }

    [Fact]
    public void Made_up_names_push_out_the_oldest_and_never_grow_without_bound()
    {
        for (int i = 0; i < 5000; i++)
        {
            _memory.Learn(Caller("k"), Target($"m{i}"), s_lesson, "req_1");
            _time.AdvanceSeconds(0.1);
        }

        Assert.InRange(_memory.List().Count, 1000, 2000);
        Assert.Single(_memory.Of(Caller("k"), Target("m4999")).Without);
        Assert.Equal(_memory.List().Count, _memory.Clear(null));
    }

    [Fact]
    public async Task Learning_and_asking_at_once_is_safe()
    {
        await Parallel.ForAsync(0, 5000, (i, _) =>
        {
            _memory.Learn(Caller($"k{i % 7}"), Target($"m{i % 900}"), s_lesson, "req_1");
            _memory.Of(Caller($"k{i % 5}"), Target($"m{i % 900}"));
            if (i % 100 == 0)
            {
                _memory.Clear($"fake/m{i % 900}");
            }

            return ValueTask.CompletedTask;
        });
        Assert.Equal(_memory.List().Count, _memory.Clear(null));
    }

    private static Caller Caller(string keyId, string? subject = null) =>
        new() { KeyId = keyId, Team = "t", Subject = subject, CredentialKind = CredentialKind.ApiKey, CredentialHeader = "x-api-key" };

    private static Target Target(string model) => new(new Provider("fake", ProviderKind.OpenAi, "http://x.example"), model, Profile.Default);
}
