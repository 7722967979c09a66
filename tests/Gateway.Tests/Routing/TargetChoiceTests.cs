using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;

namespace Gateway.Tests.Routing;

/// <summary>In which order targets are worth asking, whoever asks.</summary>
public sealed class TargetChoiceTests
{
    private static readonly ChoiceFacts s_facts = new(new TokenUsage { Input = 1000, Output = 1000 }, Stream: true);
    private static readonly Outcome s_answered = new Outcome.Answered();
    private static readonly Outcome s_failed = new Refusal(GatewayError.Overloaded("busy"));

    private readonly FakeClock _time = new();
    private readonly TargetSpeeds _speeds;
    private readonly TargetChoice _choice;

    public TargetChoiceTests()
    {
        _speeds = new TargetSpeeds(_time);
        _choice = new TargetChoice(_speeds, new Random(7));
    }

    /// <summary>Also the order of who takes over: of the others, each as often as its weight says.</summary>
    [Fact]
    public void Weights_are_shares_of_who_is_first_and_of_who_takes_over()
    {
        Route route = RouteOf(TargetOrder.Weight, Of("a", 6), Of("b", 3), Of("c", 1));
        Dictionary<string, int> orders = [];
        for (int i = 0; i < 10_000; i++)
        {
            string order = First(route, 3);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }

        // 0.6 x 3/4, 0.6 x 1/4, 0.3 x 6/7, 0.3 x 1/7, 0.1 x 6/9, 0.1 x 3/9.
        Assert.All(
            new[] { ("abc", 4500), ("acb", 1500), ("bac", 2571), ("bca", 429), ("cab", 667), ("cba", 333) },
            expected => Assert.InRange(orders[expected.Item1], expected.Item2 - 250, expected.Item2 + 250));
    }

    [Theory]
    [InlineData(TargetOrder.Preference)]
    [InlineData(TargetOrder.Weight)]
    [InlineData(TargetOrder.Cheapest)]
    [InlineData(TargetOrder.Fastest)]
    public void No_weight_is_for_when_nobody_else_is_left(TargetOrder order)
    {
        Route route = RouteOf(order, Of("a", 0, price: 1), Of("b", 1, price: 9));
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("ba", First(route, 2));
        }
    }

    [Fact]
    public void Targets_that_all_have_no_weight_stay_as_they_are_written() =>
        Assert.Equal("ab", First(RouteOf(TargetOrder.Weight, Of("a", 0), Of("b", 0)), 2));

    /// <summary>Long input makes the one dear, long output the other.</summary>
    [Theory]
    [InlineData(10_000, 10, "bac")]
    [InlineData(10, 10_000, "abc")]
    public void Cheapest_is_so_for_this_request_and_unknown_prices_are_last(long input, long output, string expected)
    {
        Target[] targets = [Of("c"), Of("a") with { Price = PriceOf(4, 1) }, Of("b") with { Price = PriceOf(1, 4) }];
        IEnumerable<Target> order = _choice.Arrange(RouteOf(TargetOrder.Cheapest, targets), new ChoiceFacts(new TokenUsage { Input = input, Output = output }, Stream: false));
        Assert.Equal(expected, string.Concat(order.Select(target => target.UpstreamModel)));
    }

    [Fact]
    public void Each_target_is_looked_at_first_by_one_request_and_then_the_fastest_is_first()
    {
        Target[] targets = [Of("a"), Of("b"), Of("c")];
        Route route = RouteOf(TargetOrder.Fastest, targets);
        Assert.Equal(["a", "b", "c"], Enumerable.Range(0, 3).Select(_ => First(route, 1)));
        foreach ((Target target, int seconds) in targets.Zip([3, 1, 2]))
        {
            _speeds.Hear(target, stream: true, s_answered, TimeSpan.FromSeconds(seconds), began: true);
        }

        Assert.Equal("bca", First(route, 3));
    }

    /// <summary>Where nobody looks, nobody learns that it has become fast.</summary>
    [Fact]
    public void Slow_target_is_looked_at_now_and_then_and_comes_back()
    {
        Target[] targets = [Of("a"), Of("b")];
        Route route = RouteOf(TargetOrder.Fastest, targets);
        Hear(targets[0], 5);
        Hear(targets[1], 1);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal("b", First(route, 1)));
        int looks = 0;
        for (int minute = 0; minute < 4; minute++)
        {
            for (int i = 0; i < 60; i++)
            {
                _time.AdvanceSeconds(1);
                bool slow = First(route, 1) == "a";
                looks += slow ? 1 : 0;
                Hear(targets[slow ? 0 : 1], slow ? 0.5 : 1);
            }
        }

        Assert.InRange(looks, 1, 200);
        Assert.True(_speeds.Of(targets[0], stream: true) < TimeSpan.FromSeconds(1));
        Assert.Equal("a", First(route, 1));
    }

    [Fact]
    public void Failure_that_comes_fast_counts_as_slow()
    {
        Target[] targets = [Of("a"), Of("b")];
        Hear(targets[0], 1);
        Hear(targets[1], 3);
        _speeds.Hear(targets[0], stream: true, s_failed, TimeSpan.FromMilliseconds(5), began: false);
        _speeds.Hear(targets[0], stream: true, s_failed, TimeSpan.FromMilliseconds(5), began: false);
        Assert.Equal("ba", First(RouteOf(TargetOrder.Fastest, targets), 2));
    }

    /// <summary>A refusal that is the client's says nothing, and neither does one who leaves at once.</summary>
    [Fact]
    public void What_is_not_the_targets_doing_does_not_count()
    {
        Target target = Of("a");
        _speeds.Hear(target, stream: true, new Refusal(GatewayError.InvalidRequest("wrong")), TimeSpan.FromSeconds(1), began: false);
        _speeds.Hear(target, stream: true, new Outcome.ClientLeft(), TimeSpan.FromSeconds(1), began: false);
        _speeds.Hear(target, stream: true, new Refusal(GatewayError.Stopping("stop")), TimeSpan.FromSeconds(1), began: false);
        Assert.Equal(TimeSpan.MaxValue, _speeds.Of(target, stream: true));
        _speeds.Hear(target, stream: false, s_answered, TimeSpan.FromSeconds(9), began: true);
        Assert.Equal(TimeSpan.MaxValue, _speeds.Of(target, stream: true));
        Hear(target, 2);
        _speeds.Hear(target, stream: true, new Outcome.ClientLeft(), TimeSpan.FromSeconds(30), began: false);
        Assert.True(_speeds.Of(target, stream: true) > TimeSpan.FromSeconds(2));
    }

    private void Hear(Target target, double seconds) => _speeds.Hear(target, stream: true, s_answered, TimeSpan.FromSeconds(seconds), began: true);

    private string First(Route route, int count) => string.Concat(_choice.Arrange(route, s_facts).Take(count).Select(target => target.UpstreamModel));

    private static Route RouteOf(TargetOrder order, params Target[] targets) =>
        new("m", null, new TargetNode.Many("m", 1, order, [.. targets.Select(target => new TargetNode.One(target))]));

    private static Target Of(string model, double weight = 1, decimal? price = null) =>
        new(new Provider("fake", ProviderKind.OpenAi, "http://x.example"), model, Profile.Default) { Weight = weight, Price = price is { } each ? PriceOf(each, each) : null };

    private static Price PriceOf(decimal input, decimal output) => new("v", input, output) { CacheRead = input, CacheWrite5m = input, CacheWrite1h = input };
}
