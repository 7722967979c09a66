using Azure.Data.Tables;
using Gateway.Routing;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Gateway.Translation.Errors;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Upstreams;

/// <summary>Instances on one storage tell each other which targets are down. The clocks here are a week behind the storage's.</summary>
public sealed class PauseSharingTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";

    private readonly FakeClock _time = new();

    /// <summary>Nobody else on this storage has a target of that name.</summary>
    private readonly string _provider = $"p{Guid.NewGuid():N}";

    private TargetId Id => new(_provider, "up", "http://x.example");

    [Fact]
    public async Task New_instance_does_not_call_a_target_that_another_found_dead()
    {
        Run key = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "pauses", "--json");
        await using FakeUpstream first = await FakeUpstream.StartAsync();
        first.Answer = context => FakeUpstream.Json(context, 503, "{}");
        await using FakeUpstream second = await FakeUpstream.StartAsync();
        (string, string?)[] settings = [("GatewayStorage", azurite.ConnectionString), ("Gateway:DevKey", null), .. TwoTargets.Of(first.Url, second.Url, _provider)];
        await using GatewayServer one = await GatewayServer.StartAsync(settings);
        for (int i = 0; i < 3; i++)
        {
            await AnsweredBySecondAsync(one);
        }

        await Patience.UntilAsync(async () => await RowAsync(new TargetId(_provider, "up", first.Url + "/v1")) is not null);
        await using GatewayServer two = await GatewayServer.StartAsync(settings);
        await AnsweredBySecondAsync(two);
        Assert.Equal(3, first.Received.Count);

        async Task AnsweredBySecondAsync(GatewayServer gateway)
        {
            using HttpResponseMessage answer = await gateway.SendAsync(
                HttpMethod.Post, "/v1/messages", Hello, default, ("x-api-key", key.Json.GetProperty("key").GetString()!));
            Assert.Equal("second/up", Assert.Single(answer.Headers.GetValues("x-gateway-upstream")));
        }
    }

    [Fact]
    public async Task Target_that_works_again_for_one_is_asked_again_by_all()
    {
        PauseSharing one = Sharing();
        PauseSharing two = Sharing();
        one.Begin(Id, TimeSpan.FromMinutes(4), dead: true);
        await HeardAsync(two, pause => pause is { Dead: true } && pause.Left > TimeSpan.FromMinutes(3));
        one.End(Id);
        await HeardAsync(two, pause => pause is null);
        Assert.Null(await RowAsync(Id));
    }

    [Fact]
    public async Task Instance_does_not_hear_itself()
    {
        PauseSharing one = Sharing();
        one.Begin(Id, TimeSpan.FromMinutes(4), dead: true);
        await HeardAsync(Sharing(), pause => pause is not null);
        await one.RefreshAsync();
        Assert.Null(one.Of(Id.RowKey()));
    }

    [Fact]
    public async Task Instances_that_write_at_once_do_not_hinder_each_other()
    {
        PauseSharing[] all = [.. Enumerable.Range(0, 8).Select(_ => Sharing())];
        await Task.WhenAll(all.Select((sharing, i) => Task.Run(() =>
        {
            for (int round = 0; round < 5; round++)
            {
                sharing.Begin(Id, TimeSpan.FromMinutes(1 + (i % 3)), dead: i % 2 == 0);
                sharing.End(Id);
                sharing.Begin(Id, TimeSpan.FromMinutes(4), dead: true);
            }
        })));
        await HeardAsync(Sharing(), pause => pause is not null);
    }

    [Fact]
    public async Task Requests_read_every_few_seconds_and_nobody_else_does()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        PauseSharing sharing = Sharing(tables.ConnectionString);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => sharing.RefreshAsync().AsTask()));
        Assert.Single(tables.Seen);
        _time.AdvanceSeconds(4.9);
        await sharing.RefreshAsync();
        Assert.Single(tables.Seen);
        _time.AdvanceSeconds(60);
        Assert.Single(tables.Seen);
        await sharing.RefreshAsync();
        Assert.Equal(2, tables.Seen.Count);
    }

    [Fact]
    public async Task Storage_that_is_away_harms_nobody_and_is_told_once_a_minute()
    {
        LogLines log = new();
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        tables.Always(Fault.Refuse(403, "AuthorizationFailure"));
        TargetHealth health = new(_time, NullLoggerFactory.Instance, Sharing(tables.ConnectionString, log));
        Target target = new(new Provider(_provider, ProviderKind.OpenAi, "http://x.example"), "up", Profile.Default);
        for (int i = 0; i < 5; i++)
        {
            await health.RefreshAsync();
            Assert.Single(health.Order([target], out _));
            CallWatch watch = health.Begin(Request(target));
            health.Hear(target, watch, new Refusal(GatewayError.Overloaded("busy")));
            await Patience.UntilAsync(() => log.All.Count == 1);
            _time.AdvanceSeconds(5);
        }

        Assert.StartsWith("Instances cannot tell each other which targets are down", Assert.Single(log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_storage_is_not_waited_for()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        tables.Always(Fault.Silence);
        PauseSharing sharing = Sharing(tables.ConnectionString);
        Task refresh = sharing.RefreshAsync().AsTask();
        await Patience.UntilAsync(() => tables.Seen.Count > 0);
        Assert.False(refresh.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        await refresh.PatientlyAsync();
    }

    /// <summary>Nobody's row may break another's: those that make no sense are as good as not there.</summary>
    [Theory]
    [InlineData("Seconds", "text")]
    [InlineData("Seconds", -1.0)]
    [InlineData("Seconds", double.NaN)]
    [InlineData("Dead", "text")]
    [InlineData("Instance", null)]
    public void Damaged_row_is_passed_over(string column, object? value)
    {
        TableEntity row = PauseRow.FromPause(Id, TimeSpan.FromSeconds(30), dead: true, "other");
        Assert.NotNull(PauseRow.ToPause(row, "mine", _time.GetUtcNow(), 0));
        row[column] = value;
        Assert.Null(PauseRow.ToPause(row, "mine", _time.GetUtcNow(), 0));
    }

    [Theory]
    [InlineData(1e300, 0, 300.0)]
    [InlineData(3600, 0, 300.0)]
    [InlineData(30, 10, 20.0)]
    [InlineData(30, -100, 30.0)]
    [InlineData(30, 30, null)]
    public void Pause_is_as_long_as_the_services_clock_says_and_never_longer_than_any_may_be(double seconds, double age, double? left)
    {
        TableEntity row = PauseRow.FromPause(Id, TimeSpan.FromSeconds(1), dead: true, "other");
        row["Seconds"] = seconds;
        row.Timestamp = _time.GetUtcNow();
        Assert.Equal(left, PauseRow.ToPause(row, "mine", _time.GetUtcNow().AddSeconds(age), 0)?.Left.TotalSeconds);
    }

    /// <summary>Names may be anything that a provider's model may be called.</summary>
    [Theory]
    [InlineData("a/b", "c#d?e\\f")]
    [InlineData("äöü", "模型")]
    public async Task Any_name_can_be_told(string provider, string series)
    {
        TargetId id = new(provider + _provider, series + new string('x', 1000), "http://x.example?key=secret");
        PauseSharing one = Sharing();
        one.Begin(id, TimeSpan.FromMinutes(4), dead: false);
        PauseSharing two = Sharing();
        await HeardAsync(two, pause => pause is { Dead: false }, id);
    }

    private static UpstreamRequest Request(Target target) => new(target, UpstreamEndpoint.ChatCompletions, ReadOnlyMemory<byte>.Empty, Stream: false);

    private PauseSharing Sharing(string? connection = null, LogLines? log = null) =>
        new(new PauseTable(Azurite.StorageAt(connection ?? azurite.ConnectionString), _time), _time, log is null ? NullLoggerFactory.Instance : new LoggerFactory([log]));

    private Task HeardAsync(PauseSharing sharing, Predicate<SharedPause?> expected, TargetId? id = null) => Patience.UntilAsync(async () =>
    {
        _time.Advance(PauseSharing.Fresh);
        await sharing.RefreshAsync();
        return expected(sharing.Of((id ?? Id).RowKey()));
    });

    private async Task<TableEntity?> RowAsync(TargetId id)
    {
        Azure.NullableResponse<TableEntity> row = await new TableClient(azurite.ConnectionString, PauseTable.TableName)
            .GetEntityIfExistsAsync<TableEntity>(PauseRow.Partition, id.RowKey());
        return row.HasValue ? row.Value : null;
    }
}
