using Gateway.Completions;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>A task and a clock: nobody answers here and nobody asks.</summary>
public sealed class KeepAliveTests
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(15);

    private readonly ManualTimers _time = new();
    private readonly TaskCompletionSource<Thing> _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Used _used = new();
    private int _signals;
    private bool _gaveUp;

    [Fact]
    public async Task Silence_gets_a_sign_of_life_and_then_another_one_after_each_pause()
    {
        KeepAlive company = new(s_first, s_between, 0, _time);
        Task<Thing?> waiting = WaitAsync(company, () => Heard(company));
        (await _time.NextAsync(s_first))();
        (await _time.NextAsync(s_between))();
        (await _time.NextAsync(s_between))();
        await _time.NextAsync(s_between);
        Assert.Equal(3, _signals);
        _awaited.SetResult(new Thing(_used, 7));

        Assert.Equal(7, (await waiting.PatientlyAsync())?.Number);
        Assert.False(_gaveUp);
        Assert.False(_used.IsOver);
    }

    [Fact]
    public async Task What_comes_in_the_moment_of_a_sign_of_life_is_not_lost()
    {
        Task<Thing?> waiting = WaitAsync(new KeepAlive(s_first, s_between, 0, _time), () => true);

        // It is there first, but the timer is quicker to wake the one who waits.
        Action fire = await _time.NextAsync(s_first);
        _awaited.SetResult(new Thing(_used, 7));
        fire();

        Assert.Equal(7, (await waiting.PatientlyAsync())?.Number);
        Assert.Equal(0, _signals);
    }

    [Fact]
    public async Task What_is_there_already_needs_no_timer()
    {
        FakeClock time = new();
        KeepAlive company = new(s_first, s_between, time.GetTimestamp(), time);
        ValueTask<Thing?> waiting = company.WaitAsync(new ValueTask<Thing>(new Thing(_used, 7)), () => throw new InvalidOperationException(), () => throw new InvalidOperationException());
        Assert.True(waiting.IsCompletedSuccessfully);
        Assert.Equal(7, (await waiting)?.Number);
    }

    [Fact]
    public async Task Client_that_is_gone_ends_what_was_awaited()
    {
        // It does not end at once: whoever went on would share what it still uses.
        Task<Thing?> waiting = WaitAsync(new KeepAlive(s_first, s_between, 0, _time), () => false, () => ThreadPool.QueueUserWorkItem(_ => _awaited.SetCanceled()));
        (await _time.NextAsync(s_first))();

        Assert.Null(await waiting.PatientlyAsync());
        Assert.True(_awaited.Task.IsCompleted);
        Assert.True(_gaveUp);
    }

    [Fact]
    public async Task What_comes_too_late_is_given_back()
    {
        Task<Thing?> waiting = WaitAsync(new KeepAlive(s_first, s_between, 0, _time), () => false, () => _awaited.SetResult(new Thing(_used, 7)));
        (await _time.NextAsync(s_first))();

        Assert.Null(await waiting.PatientlyAsync());
        Assert.True(_used.IsOver);
    }

    [Fact]
    public async Task Stop_while_the_client_is_written_to_ends_what_was_awaited_too()
    {
        Task<Thing?> waiting = WaitAsync(new KeepAlive(s_first, s_between, 0, _time), () => throw new OperationCanceledException(), () => _awaited.SetCanceled());
        (await _time.NextAsync(s_first))();

        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.PatientlyAsync());
        Assert.True(_gaveUp);
        Assert.True(_awaited.Task.IsCompleted);
    }

    [Fact]
    public async Task Whoever_gets_the_answer_as_a_whole_is_left_alone()
    {
        FakeClock time = new();
        KeepAlive company = new(Timeout.InfiniteTimeSpan, s_between, time.GetTimestamp(), time);
        Task<Thing?> waiting = WaitAsync(company, () => true);
        time.AdvanceSeconds(100_000);
        Assert.False(company.IsDue);
        _awaited.SetResult(new Thing(_used, 7));

        Assert.Equal(7, (await waiting.PatientlyAsync())?.Number);
        Assert.Equal(0, _signals);
    }

    /// <summary>The upstream sends things that say nothing to the client, so nobody ever waits.</summary>
    [Fact]
    public void Sign_of_life_is_due_when_the_client_hears_nothing_although_the_upstream_speaks()
    {
        FakeClock time = new();
        KeepAlive company = new(s_first, s_between, time.GetTimestamp(), time);
        time.AdvanceSeconds(9);
        Assert.False(company.IsDue);
        time.AdvanceSeconds(1);
        Assert.True(company.IsDue);
        company.Heard();
        time.AdvanceSeconds(14);
        Assert.False(company.IsDue);
        time.AdvanceSeconds(1);
        Assert.True(company.IsDue);
    }

    private static bool Heard(KeepAlive company)
    {
        company.Heard();
        return true;
    }

    private Task<Thing?> WaitAsync(KeepAlive company, Func<bool> signal, Action? giveUp = null) => company.WaitAsync(
        new ValueTask<Thing>(_awaited.Task),
        () =>
        {
            _signals++;
            return ValueTask.FromResult(signal());
        },
        () =>
        {
            _gaveUp = true;
            giveUp?.Invoke();
            return Task.CompletedTask;
        }).AsTask();

    private sealed class Used
    {
        public bool IsOver { get; set; }
    }

    private readonly record struct Thing(Used Used, int Number) : IDisposable
    {
        public void Dispose() => Used.IsOver = true;
    }
}
