using System.Net;
using Gateway.Alerts;
using Gateway.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Alerts;

/// <summary>What becomes of alerts when the process is told to stop, and while the storage is away.</summary>
public sealed class AlertSenderTests : IDisposable
{
    private readonly FakeClock _time = new();
    private readonly AlertOutbox _outbox = new("here");
    private readonly AwayStore _store = new();
    private readonly Receiver _receiver = new();
    private readonly WebhookClient _client;
    private readonly StorageHealth _health;
    private readonly AlertSender _sender;

    public AlertSenderTests()
    {
        AlertOptions options = new([new WebhookOptions("ops", new Uri("https://hooks.example/secret"), null, WebhookFormat.Json, [])]);
        _client = new WebhookClient(_receiver, _time);
        _health = new StorageHealth(_time);
        AlertDelivery delivery = new(options, _client, _time, NullLoggerFactory.Instance);
        _sender = new AlertSender(_outbox, _store, delivery, new StorageWatch(_health, _time), _time, NullLoggerFactory.Instance);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _client.Dispose();
        _receiver.Dispose();
    }

    [Fact]
    public async Task What_is_on_its_way_when_the_process_is_told_to_stop_arrives_and_is_marked()
    {
        TaskCompletionSource answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _receiver.Answers = answers.Task;
        await _sender.StartAsync(default);
        _outbox.TryRaise(Of("one"));
        await Patience.UntilAsync(() => _receiver.Received.Count == 1);
        Task stopped = _sender.StopAsync(default);
        answers.SetResult();
        await stopped;
        Assert.Equal(["one sent ops"], await ListedAsync());
        Assert.Single(_receiver.Received);
    }

    [Fact]
    public async Task Receiver_that_hangs_holds_up_no_stop()
    {
        _receiver.Answers = Task.Delay(Timeout.Infinite);
        await _sender.StartAsync(default);
        _outbox.TryRaise(Of("one"));
        await Patience.UntilAsync(() => _receiver.Received.Count == 1);
        Task stopped = _sender.StopAsync(default);
        DateTimeOffset told = _time.GetUtcNow();
        await Patience.UntilAsync(() =>
        {
            _time.AdvanceSeconds(0.5);
            return stopped.IsCompleted;
        });
        await stopped;
        Assert.InRange(_time.GetUtcNow() - told, TimeSpan.Zero, TimeSpan.FromSeconds(9));
        Assert.Equal(["one pending "], await ListedAsync());
    }

    /// <summary>News of money wait: only in the storage can instances agree on who tells it.</summary>
    [Fact]
    public async Task What_was_sent_while_the_storage_was_away_is_listed_when_it_is_back_and_sent_once()
    {
        _store.IsAway = true;
        _health.Failed("it is away.");
        _outbox.TryRaise(Of("down") with { Target = new TargetNews("fake/up", "it cannot be reached") });
        _outbox.TryRaise(Of("half") with { Budget = Half });
        _outbox.TryRaise(Of("wrong") with { Target = new TargetNews("fake/other", "its account is empty") });
        await _sender.StartAsync(default);
        await Patience.UntilAsync(() => _receiver.Received.Count == 2);
        Assert.Equal(1, _store.Refused);
        await UntilAsync(() => _receiver.Received.Count == 3);
        Assert.DoesNotContain(_receiver.Received, body => body.Contains("\"half\"", StringComparison.Ordinal));

        _store.IsAway = false;
        _health.Worked();
        await UntilAsync(() => _store.ListAsync(100, null, default).Result.Data.Count == 5);
        Assert.Equal(
            ["The storage is away sent ops", "The storage is back sent ops", "down sent ops", "half sent ops", "wrong sent ops"],
            (await ListedAsync()).Order(StringComparer.Ordinal));

        // The same news again, from here or from another instance.
        _outbox.TryRaise(Of("down") with { Target = new TargetNews("fake/up", "it cannot be reached") });
        await _sender.StopAsync(default);
        Assert.Equal(5, _receiver.Received.Count);
        Assert.Equal(5, (await ListedAsync()).Length);
    }

    private Task UntilAsync(Func<bool> isThere) => Patience.UntilAsync(() =>
    {
        _time.AdvanceSeconds(1);
        return isThere();
    });

    private async Task<string[]> ListedAsync() =>
        [.. (await _store.ListAsync(100, null, default)).Data.Select(stored => $"{stored.Alert.Title} {stored.State.ToString().ToLowerInvariant()} {string.Join(',', stored.SentTo)}")];

    private Alert Of(string name) => new() { Id = name, Event = AlertEvents.TargetDown, At = _time.GetUtcNow(), Title = name, Message = "m" };

    private static BudgetNews Half => new()
    {
        Scope = "key",
        Id = "k",
        Team = "t",
        Window = "month",
        WindowId = "2026-11",
        Percent = 50,
        SpentUsd = 5,
        BudgetUsd = 10,
        Mode = "enforce",
    };

    private sealed class Receiver : HttpMessageHandler
    {
        private readonly List<string> _received = [];

        public Task Answers { get; set; } = Task.CompletedTask;

        public IReadOnlyList<string> Received
        {
            get
            {
                lock (_received)
                {
                    return [.. _received];
                }
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            lock (_received)
            {
                _received.Add(body);
            }

            await Answers.WaitAsync(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }

    /// <summary>A store that can be away.</summary>
    private sealed class AwayStore : IAlertStore
    {
        private readonly MemoryAlertStore _inner = new();

        public volatile bool IsAway;

        public int Refused { get; private set; }

        public Task<bool> TryAddAsync(StoredAlert alert, CancellationToken cancellationToken) => Here().TryAddAsync(alert, cancellationToken);

        public Task<IReadOnlyList<StoredAlert>> PendingAsync(CancellationToken cancellationToken) => Here().PendingAsync(cancellationToken);

        public Task<StoredAlert?> TryClaimAsync(StoredAlert alert, DateTimeOffset until, CancellationToken cancellationToken) => Here().TryClaimAsync(alert, until, cancellationToken);

        public Task UpdateAsync(StoredAlert alert, CancellationToken cancellationToken) => Here().UpdateAsync(alert, cancellationToken);

        public Task<AlertPage> ListAsync(int most, string? after, CancellationToken cancellationToken) => _inner.ListAsync(most, after, cancellationToken);

        private MemoryAlertStore Here()
        {
            if (IsAway)
            {
                Refused++;
                throw new StorageUnavailableException("It is away.");
            }

            return _inner;
        }
    }
}
