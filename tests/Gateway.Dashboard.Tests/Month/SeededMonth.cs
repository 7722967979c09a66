using Gateway.Admission;
using Gateway.Alerts;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Dashboard.Tests.Month;

/// <summary>
/// Tables as a company of six teams leaves them after two months: written by the gateway's own stores on a clock that is
/// moved, so that what is read later is what a gateway would have written. Days that are over have totals only; those that
/// are still counted have the rows of their requests, too.
/// </summary>
internal sealed class SeededMonth
{
    /// <summary>A month, and the month before it to compare with.</summary>
    public const int Days = 60;

    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, decimal[]> _spent = [];

    private SeededMonth(DateTimeOffset now) => Now = now;

    public DateTimeOffset Now { get; }

    /// <summary>The secret of a key of <see cref="Company.Keys"/>.</summary>
    public string TextOf(string name) => _texts[name];

    public static async Task<SeededMonth> WriteAsync(string connectionString, DateTimeOffset now)
    {
        FakeClock clock = new(now.AddDays(-Days - 14));
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("GatewayStorage", connectionString)]).Build();
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock).AddGatewayStorage(configuration).BuildServiceProvider();
        await services.GetRequiredService<TableSetup>().CreateMissingTablesAsync(default);
        SeededMonth month = new(now);
        await month.WriteUsageAsync(services, clock);
        await month.WriteGrantsAsync(services, clock);
        await month.WriteSpendAsync(services.GetRequiredService<ISpendStore>());
        foreach (Alert alert in Happened.Alerts(now))
        {
            await services.GetRequiredService<IAlertStore>().TryAddAsync(new StoredAlert(alert, AlertState.Recorded), default);
        }

        return month;
    }

    private async Task WriteUsageAsync(IServiceProvider services, FakeClock clock)
    {
        IRollupStore store = services.GetRequiredService<IRollupStore>();
        IUsageStore rows = services.GetRequiredService<IUsageStore>();
        DateTimeOffset before = clock.GetUtcNow();
        Move(clock, Now);
        DateOnly firstOpen = services.GetRequiredService<ClosedDays>().FirstOpenDay;
        Traffic traffic = new(Now);
        DateOnly today = DateOnly.FromDateTime(Now.UtcDateTime);
        for (DateOnly day = today.AddDays(1 - Days); day <= today; day = day.AddDays(1))
        {
            UsageEntry[] entries = [.. traffic.Of(day)];
            Count(entries, day, today);
            if (day < firstOpen)
            {
                await store.CloseAsync(day, [.. Rollup.Sum(entries).Select(sum => new Rollup(sum.Key, sum.Value))], default);
                continue;
            }

            foreach (UsageEntry[] batch in entries.Chunk(100))
            {
                await rows.AppendAsync(batch, default);
            }

            RollupBook book = new();
            book.Add(entries);
            await store.WriteAsync(day, book.Writer, book.TakeChanged(), default);
        }

        await new MaintenanceState(services.GetRequiredService<TableStorage>()).SetClosedThroughAsync(firstOpen.AddDays(-1), default);
        Move(clock, before);
    }

    /// <summary>Keys are made in the weeks before, teams get their limits after the first bill, some keys end.</summary>
    private async Task WriteGrantsAsync(IServiceProvider services, FakeClock clock)
    {
        KeyAdministration keys = services.GetRequiredService<KeyAdministration>();
        foreach (KeyOffer offer in Company.Keys.OrderByDescending(key => key.Name == Company.Manager))
        {
            clock.Advance(TimeSpan.FromHours(5.3));
            DateTimeOffset? expires = offer.ExpiredDaysAgo is { } days ? Now.AddDays(-days) : null;
            NewKey asked = new() { Team = offer.Team, Name = offer.Name, Owner = offer.Owner, Scopes = offer.Scopes, Limits = LimitsOf(offer), ExpiresAt = expires };
            string actor = offer.Name == Company.Manager ? "lena@laptop" : Id(Company.Manager);
            _texts[offer.Name] = Assert.IsType<KeyChange.Issued>(await keys.CreateAsync(asked, actor, default, offer.Id)).Text;
        }

        TrustedIssuer staff = new()
        {
            Id = "staff",
            Issuer = "https://login.example.com/company",
            Audiences = ["gateway"],
            AnySubject = true,
            PerSubject = true,
            Team = "assistant",
            Name = "Everybody at the company",
            People = new PeopleRule { LabelClaims = ["email"] },
        };
        Assert.IsType<IssuerChange.Done>(await services.GetRequiredService<IssuerAdministration>().AddAsync(staff, Id(Company.Manager), default));
        foreach (TeamOffer team in Company.Teams.Where(team => team.MonthlyShare is not null))
        {
            clock.Advance(TimeSpan.FromHours(1.4));
            Assert.IsType<TeamChange.Done>(await services.GetRequiredService<TeamAdministration>().SetAsync(
                team.Name, before => before with { Limits = new() { BudgetPerMonth = BudgetOf(team) } }, Id(Company.Manager), default));
        }

        Move(clock, Now.AddDays(-19));
        _texts["tom-codex"] = Assert.IsType<KeyChange.Issued>(await keys.RotateAsync(Id("tom-codex"), TimeSpan.FromHours(24), Id(Company.Manager), default)).Text;
        foreach (KeyOffer offer in Company.Keys.Where(key => key.RevokedDaysAgo is not null))
        {
            Move(clock, Now.AddDays(-offer.RevokedDaysAgo!.Value));
            Assert.IsType<KeyChange.Done>(await keys.RevokeAsync(offer.Id, Id(Company.Manager), default));
        }

        Move(clock, Now.AddHours(-7));
        Assert.IsType<KeyChange.Done>(await keys.UpdateAsync(Id(Company.Near), key => key with { Limits = key.Limits with { RequestsPerMinute = new(120) } }, Id(Company.Manager), default));
        Move(clock, Now);
    }

    private async Task WriteSpendAsync(ISpendStore store)
    {
        foreach ((string scope, decimal[] usd) in _spent)
        {
            await store.TryWriteAsync(
                new SpendState(scope)
                {
                    Windows = Enum.GetValues<BudgetWindow>().ToDictionary(
                        window => window,
                        window => new WindowSpend(BudgetCalendar.Utc.IdOf(window, Now), Routing.Prices.Usd.Of(usd[(int)window]))),
                },
                default);
        }
    }

    private void Count(UsageEntry[] entries, DateOnly day, DateOnly today)
    {
        DateTimeOffset noon = new(day, new TimeOnly(12, 0), TimeSpan.Zero);
        foreach (UsageEntry entry in entries.Where(entry => entry.Cost > 0))
        {
            foreach (ScopeId scope in (ReadOnlySpan<ScopeId>)[new("key", entry.KeyId!), new("team", entry.Team!)])
            {
                if (!_spent.TryGetValue(scope.ToString(), out decimal[]? usd))
                {
                    _spent[scope.ToString()] = usd = new decimal[Enum.GetValues<BudgetWindow>().Length];
                }

                foreach (BudgetWindow window in Enum.GetValues<BudgetWindow>().Where(window => BudgetCalendar.Utc.IdOf(window, noon) == BudgetCalendar.Utc.IdOf(window, new DateTimeOffset(today, default, TimeSpan.Zero))))
                {
                    usd[(int)window] += entry.Cost!.Value;
                }
            }
        }
    }

    /// <summary>A budget of which the key has spent what is to be shown, whichever day of the month it is.</summary>
    private Authentication.Access.Limits LimitsOf(KeyOffer offer) => new()
    {
        BudgetPerMonth = offer.MonthlyShare is { } share ? new(Whole(Spent(offer, BudgetWindow.Month) / share)) : null,
        BudgetPerDay = offer.DailyShare is { } daily ? new(Whole(Spent(offer, BudgetWindow.Day) / daily)) : null,
        RequestsPerMinute = offer.Env == "prod" ? new(600) : null,
    };

    private Authentication.Access.Budget? BudgetOf(TeamOffer team) => team.MonthlyShare is { } part
        ? new(Whole(_spent.GetValueOrDefault(new ScopeId("team", team.Name).ToString(), new decimal[4])[(int)BudgetWindow.Month] / part))
        : null;

    private decimal Spent(KeyOffer offer, BudgetWindow window) => _spent.GetValueOrDefault(new ScopeId("key", offer.Id).ToString(), new decimal[4])[(int)window];

    private static decimal Whole(decimal usd) => usd >= 100 ? Math.Round(usd / 10) * 10 : Math.Max(0.5m, Math.Round(usd * 2) / 2);

    private static string Id(string name) => Company.Keys.Single(key => key.Name == name).Id;

    private static void Move(FakeClock clock, DateTimeOffset to) => clock.SetClockBy(to - clock.GetUtcNow());
}
