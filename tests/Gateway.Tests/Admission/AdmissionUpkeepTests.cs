using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Authentication.Teams;
using Gateway.Routing.Prices;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>Many busy keys are looked after at the same time, but not all at once.</summary>
public sealed class AdmissionUpkeepTests
{
    private const int Keys = 100;
    private readonly FakeClock _time = new();

    [Fact]
    public async Task Scopes_are_written_side_by_side_up_to_the_bound()
    {
        GatheringStore store = new();
        AdmissionControl admission = New(store);
        for (int i = 0; i < Keys; i++)
        {
            AdmissionResult result = await admission.AdmitAsync(CallerOf(i), new ExpectedUse(10, Usd.Of(0.01m), Stream: false), default);
            result.Ticket!.Settle(new ActualUse(10, 5, Usd.Of(0.02m)));
        }

        // From here on a read proceeds only when as many others are under way as may be.
        store.Gather = AdmissionControl.ScopesAtOnce;
        await admission.UpkeepAsync(closing: false, (_, exception) => Assert.Fail(exception.Message), default).PatientlyAsync();
        Assert.Equal(AdmissionControl.ScopesAtOnce, store.MostAtOnce);
        for (int i = 0; i < Keys; i++)
        {
            Assert.Equal<decimal>(0.02m, (await store.Inner.ReadAsync($"key:k{i}", default)).Spent(BudgetWindow.Day));
        }
    }

    [Fact]
    public async Task Trouble_of_one_scope_is_not_the_others()
    {
        GatheringStore store = new();
        AdmissionControl admission = New(store);
        for (int i = 0; i < 3; i++)
        {
            (await admission.AdmitAsync(CallerOf(i), new ExpectedUse(10, Usd.Of(0.01m), Stream: false), default)).Ticket!.Settle(new ActualUse(10, 5, Usd.Of(0.02m)));
        }

        store.Broken = "key:k1";
        List<string> failed = [];
        await admission.UpkeepAsync(closing: false, (scope, _) => failed.Add(scope.Id), default);
        Assert.Equal(["key:k1"], failed);
        Assert.Equal<decimal>(0.02m, (await store.Inner.ReadAsync("key:k2", default)).Spent(BudgetWindow.Day));
    }

    /// <summary>What costs nothing by its price may have cost something when it is over; nothing is held for it meanwhile.</summary>
    [Fact]
    public async Task Long_request_for_which_nothing_is_held_is_counted_all_the_same()
    {
        GatheringStore store = new();
        AdmissionControl admission = New(store);
        AdmissionResult result = await admission.AdmitAsync(CallerOf(1), new ExpectedUse(10, Usd.Zero, Stream: false), default);
        _time.Advance(TimeSpan.FromMinutes(6));
        await admission.UpkeepAsync(closing: false, (_, exception) => Assert.Fail(exception.Message), default);
        result.Ticket!.Settle(new ActualUse(10, 5, Usd.Of(0.02m)));
        await admission.UpkeepAsync(closing: false, (_, exception) => Assert.Fail(exception.Message), default);
        Assert.Equal<decimal>(0.02m, (await store.Inner.ReadAsync("key:k1", default)).Spent(BudgetWindow.Day));
    }

    private AdmissionControl New(ISpendStore store) => new(new TeamDirectory(new MemoryTeamStore(), _time), store, _time);

    private static Caller CallerOf(int number) => new()
    {
        KeyId = $"k{number}",
        Team = "t",
        CredentialKind = CredentialKind.ApiKey,
        CredentialHeader = "x-api-key",
        Limits = new Limits { BudgetPerDay = new Budget(1) },
    };

    private sealed class GatheringStore : ISpendStore
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;
        private int _atOnce;
        private int _left = Keys;

        public MemorySpendStore Inner { get; } = new();

        public int Gather { get; set; }

        public int MostAtOnce { get; private set; }

        public string? Broken { get; set; }

        public Task<IReadOnlyList<SpendState>> ListAsync(Predicate<string> wanted, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task<SpendState> ReadAsync(string scope, CancellationToken cancellationToken)
        {
            if (scope == Broken)
            {
                // What a time limit inside the storage's client looks like.
                throw new OperationCanceledException("broken");
            }

            if (Gather > 0)
            {
                await ArriveAsync(cancellationToken);
            }

            return await Inner.ReadAsync(scope, cancellationToken);
        }

        public Task<bool> TryWriteAsync(SpendState state, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                _atOnce -= Gather > 0 ? 1 : 0;
            }

            return Inner.TryWriteAsync(state, cancellationToken);
        }

        public Task<IReadOnlyList<RateShare>> ShareAsync(string scope, RateShare mine, CancellationToken cancellationToken) =>
            Inner.ShareAsync(scope, mine, cancellationToken);

        /// <summary>Waits until enough, or the last few, have come.</summary>
        private Task ArriveAsync(CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
                TaskCompletionSource full = _full;
                _left--;
                if (++_waiting == Gather || _left == 0)
                {
                    _waiting = 0;
                    _full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    full.SetResult();
                }

                return full.Task.WaitAsync(cancellationToken);
            }
        }
    }
}
