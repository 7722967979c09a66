using System.Threading.Channels;

namespace Gateway.Alerts;

/// <summary>Where alerts wait for a moment to be stored and sent: whoever raises one never waits, and never fails.</summary>
/// <param name="deployment">The same for all instances: a team of the same name elsewhere is another one, to receivers of both.</param>
internal sealed class AlertOutbox(string deployment)
{
    /// <summary>More than that within the time of one table call is no news to anybody.</summary>
    internal const int Capacity = 1000;

    private readonly Channel<Alert> _alerts = Channel.CreateBounded<Alert>(Capacity);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>False when too many wait already.</summary>
    public bool TryRaise(Alert alert)
    {
        bool taken = _alerts.Writer.TryWrite(alert with { Id = Alert.IdOf($"{deployment}|{alert.Id}") });
        Wake();
        return taken;
    }

    /// <summary>Something else changed that the sender should look at.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public IEnumerable<Alert> TakeAll()
    {
        while (_alerts.Reader.TryRead(out Alert? alert))
        {
            yield return alert;
        }
    }

    /// <summary>Comes back when there is something to do, or after a while.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task woken = _wake.Reader.ReadAsync(over.Token).AsTask();
        await Task.WhenAny(woken, Task.Delay(longest, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
