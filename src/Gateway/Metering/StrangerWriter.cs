using System.Globalization;
using Gateway.Metering.Usage;
using Microsoft.Extensions.Hosting;

namespace Gateway.Metering;

/// <summary>
/// Makes one usage row out of all the strangers of a minute, for each reason. Stops before what writes usage, and hands
/// over what is left.
/// </summary>
internal sealed class StrangerWriter(StrangerBook strangers, UsageBuffer buffer, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>Rows of other instances, and of this one's life before, are not overwritten.</summary>
    private readonly string _instance = Guid.NewGuid().ToString("N")[..12];
    private int _writes;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Write();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await strangers.WaitAsync(stoppingToken);
                await Task.Delay(s_minute, time, stoppingToken);
                Write();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync hands over the rest.
        }
    }

    private void Write()
    {
        DateTimeOffset now = time.GetUtcNow();

        // A stop may come in the second in which a minute ends, and its rows must not take the place of those.
        _writes++;
        foreach ((StrangerBook.Kind kind, long requests) in strangers.Take())
        {
            buffer.Add(ToEntry(kind, requests, now));
        }
    }

    private UsageEntry ToEntry(StrangerBook.Kind kind, long requests, DateTimeOffset now)
    {
        string reason = StrangerBook.NameOf(kind.Reason);
        string id = string.Create(CultureInfo.InvariantCulture, $"refused_{reason}_{now:yyyyMMddHHmmss}_{_instance}_{_writes}");
        return new UsageEntry
        {
            RequestId = kind.Key is { } key ? $"{id}_{key.Id}" : id,
            StartedAt = now,
            KeyId = kind.Key?.Id,
            Team = kind.Key?.Team,
            Api = "any",
            Status = kind.Status,
            Error = kind.Status == 401 ? "authentication_error" : "api_error",
            Refusal = reason,
            Requests = requests,
            Cost = 0,
        };
    }
}
