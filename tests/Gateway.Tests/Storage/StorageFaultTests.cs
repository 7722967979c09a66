using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Gateway.Admission;
using Gateway.Audit;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;


namespace Gateway.Tests.Storage;

/// <summary>Whatever goes wrong on the way to the Table service, and whatever the SDK makes of it, callers of stores meet one exception.</summary>
public sealed class StorageFaultTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private static readonly DateOnly s_day = new(1999, 12, 31);

    private FaultyTables _tables = null!;
    private TableStorage _storage = null!;

    public static TheoryData<string, string> Faults => new()
    {
        { nameof(Fault.Cut), "cannot be reached" },
        { nameof(Fault.LoseAnswer), "cannot be reached" },
        { "500", "answered 500" },
        { "503", "answered 503 ServerBusy" },
        { "403", "refused access (403 AuthenticationFailed)" },
        { "401", "refused access (401 " },
        { "404", "answered 404 " },
        { "TableNotFound", "tables do not exist yet" },
        { "<html>portal</html>", "is not a Table service" },
        { "[]", "is not a Table service" },
        { "\"text\"", "is not a Table service" },
    };

    public async Task InitializeAsync()
    {
        _tables = await FaultyTables.StartAsync(azurite.Endpoint);
        _storage = Azurite.StorageAt(_tables.ConnectionString);
    }

    public async Task DisposeAsync() => await _tables.DisposeAsync();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_store_says_in_words_what_is_wrong(string fault, string words)
    {
        _tables.Always(Make(fault));
        foreach ((string name, Func<Task> call) in Calls())
        {
            Exception? exception = await Record.ExceptionAsync(call);
            if (fault == "TableNotFound" && name is "keys.list" or "issuers.list" or "audit.list" or "teams.find" or "usage.sum" or "rollups.list")
            {
                // Nobody has written anything yet.
                Assert.True(exception is null, $"{name}: {exception}");
                continue;
            }

            Assert.True(exception is StorageUnavailableException { InnerException: null }, $"{name}: {exception?.ToString() ?? "no exception"}");
            Assert.Contains(words, exception!.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", exception.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answer_that_breaks_off_is_asked_for_again()
    {
        TableUsageStore usage = new(_storage);
        UsageEntry[] entries = [.. Enumerable.Range(0, 20).Select(i => UsageTables.Entry(s_day, second: i))];
        await usage.AppendAsync(entries, default);

        Task cut = _tables.Next("GET /usage", Fault.CutAnswer, Fault.CutAnswer);
        List<UsageEntry> read = await usage.ListAsync(s_day, new UsageFilter(), default).ToListAsync();
        await cut;
        Assert.Equal(entries.Select(e => e.RequestId).Order(StringComparer.Ordinal), read.Select(e => e.RequestId).Intersect(entries.Select(e => e.RequestId)).Order(StringComparer.Ordinal));

        _tables.Always(Fault.CutAnswer);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => usage.ListAsync(s_day, new UsageFilter(), default).ToListAsync().AsTask());
    }

    [Theory]
    [InlineData(nameof(Fault.Silence))]
    [InlineData(nameof(Fault.Cut))]
    public async Task Caller_who_leaves_is_not_told_that_the_storage_is_away(string fault)
    {
        using CancellationTokenSource left = new();
        Task asked = _tables.Next("GET /keys", Make(fault), Fault.Silence);
        Task waiting = new TableKeyStore(_storage).FindAsync("someone", left.Token);
        _ = asked;
        await Patience.UntilAsync(() => _tables.Seen.Count > 0);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.PatientlyAsync());
    }

    [Fact]
    public async Task Identity_that_gets_no_token_is_told_what_to_do()
    {
        foreach (Exception failure in (Exception[])[new CredentialUnavailableException("no secret-identity here"), new AuthenticationFailedException("secret-identity is not known")])
        {
            TableServiceClient service = new(new Uri("https://127.0.0.1:1"), new NoCredential(failure));
            StorageUnavailableException exception = await Assert.ThrowsAsync<StorageUnavailableException>(
                () => new TableKeyStore(new TableStorage(service, TimeProvider.System)).FindAsync("someone", default));
            Assert.Contains("'az login'", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret-identity", exception.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(400, "")]
    [InlineData(400, "InvalidHeaderValue")]
    [InlineData(403, "AuthenticationFailed")]
    [InlineData(500, "InternalError")]
    public async Task Usage_is_not_thrown_away_for_what_its_rows_are_not_to_blame_for(int status, string code)
    {
        _tables.Always(code.Length == 0 ? Fault.Answer(status, "<html>A proxy.</html>") : Fault.Refuse(status, code));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => new TableUsageStore(_storage).AppendAsync([UsageTables.Entry(s_day)], default));
    }

    [Fact]
    public async Task Row_that_the_service_never_takes_is_named_and_the_others_are_written()
    {
        TableUsageStore usage = new(_storage);
        DateOnly day = new(1998, 1, 1);
        UsageEntry[] entries = [.. Enumerable.Range(0, 5).Select(i => UsageTables.Entry(day, second: i))];
        entries[3] = entries[3] with { Report = new string('x', 40_000) };
        Assert.Equal([entries[3].RequestId], await usage.AppendAsync(entries, default));
        Assert.Equal(4, Assert.Single(await usage.SumAsync(day, default)).Totals.Requests);
    }

    private static Fault Make(string fault) => fault switch
    {
        nameof(Fault.Cut) => Fault.Cut,
        nameof(Fault.LoseAnswer) => Fault.LoseAnswer,
        nameof(Fault.Silence) => Fault.Silence,
        "500" => Fault.Answer(500),
        "503" => Fault.Refuse(503, "ServerBusy"),
        "403" => Fault.Refuse(403, "AuthenticationFailed"),
        "401" => Fault.Answer(401),
        "404" => Fault.Answer(404, "<html>nothing here</html>"),
        "TableNotFound" => Fault.Refuse(404, "TableNotFound"),
        _ => Fault.Answer(200, fault),
    };

    /// <summary>At least one call of each kind that a store makes.</summary>
    private IEnumerable<(string, Func<Task>)> Calls()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        yield return ("keys.find", () => new TableKeyStore(_storage).FindAsync("someone", default));
        yield return ("keys.list", () => new TableKeyStore(_storage).ListAsync(default));
        yield return ("issuers.list", () => new TableIssuerStore(_storage).ListAsync(default));
        yield return ("issuers.remove", () => new TableIssuerStore(_storage).RemoveAsync("rule", default));
        yield return ("teams.find", () => new TableTeamStore(_storage).FindAsync("team", default));
        yield return ("teams.set", () => new TableTeamStore(_storage).SetAsync(new("team", Gateway.Authentication.Access.Limits.None) { UpdatedAt = now, Version = "W/\"1\"" }, default));
        yield return ("audit.list", () => new TableAuditStore(_storage).ListAsync(now, default));
        yield return ("audit.append", () => new TableAuditStore(_storage).AppendAsync(new AuditEntry(now, "a", "b", "c", AuditOutcome.Done, new Dictionary<string, string>()), default));
        yield return ("spend.read", () => new TableSpendStore(_storage, NullLoggerFactory.Instance).ReadAsync("key:k", default));
        yield return ("spend.write", () => new TableSpendStore(_storage, NullLoggerFactory.Instance).TryWriteAsync(new SpendState("key:fault"), default));
        yield return ("spend.share", () => new TableSpendStore(_storage, NullLoggerFactory.Instance).ShareAsync("key:k", new RateShare("i", [], 0, now), default));
        yield return ("usage.find", () => new TableUsageStore(_storage).FindAsync(s_day, "req_1", default));
        yield return ("usage.append", () => new TableUsageStore(_storage).AppendAsync([UsageTables.Entry(s_day)], default));
        yield return ("usage.sum", () => new TableUsageStore(_storage).SumAsync(s_day, default));
        yield return ("rollups.list", () => new TableRollupStore(_storage, TimeProvider.System).ListAsync(new RollupQuery(s_day, s_day), default));
        yield return ("rollups.write", () => new TableRollupStore(_storage, TimeProvider.System).WriteAsync(s_day, "w", [new Rollup(RollupKey.Of(UsageTables.Entry(s_day)), RollupTotals.None)], default));
        yield return ("maintenance.claim", () => new MaintenanceState(_storage).TryClaimAsync(now, now, default));
    }

    private sealed class NoCredential(Exception failure) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw failure;

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw failure;
    }
}
