using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gateway.Bounds;
using Gateway.Diagnostics;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Upstreams;

namespace Gateway.Telemetry;

/// <summary>What this instance looks like at the moment of asking. Made only where somebody asks.</summary>
internal sealed class InstanceGauges : IDisposable
{
    private readonly Meter _meter;

    public InstanceGauges(TargetHealth targets, CallSlots slots, UsageBuffer usage, TableStorage? storage)
    {
        // In tests one process holds many instances, and each tells of itself only.
        _meter = new Meter(new MeterOptions(GatewayTelemetry.Name) { Scope = this });
        _meter.CreateObservableGauge(
            GenAiNames.TargetStateMetric, () => targets.Standings().Select(found => new Measurement<int>((int)found.Standing, new KeyValuePair<string, object?>(GenAiNames.Target, found.Target.ToString()))),
            null, "Targets that were asked: 0 good, 1 others are asked first, 2 left out.");
        _meter.CreateObservableUpDownCounter(GenAiNames.QueueMetric, () => slots.Waiting, "{request}", "Requests that wait for their turn.");
        _meter.CreateObservableUpDownCounter(GenAiNames.UsageWaitingMetric, () => usage.Waiting, "{row}", "Usage rows that wait to be written.");
        _meter.CreateObservableCounter(GenAiNames.UsageLostMetric, () => usage.Dropped, "{row}", "Usage rows that were lost: the buffer was full, or the store refused them.");
        _meter.CreateObservableGauge(GenAiNames.UptimeMetric, Uptime, "s", "Since the start of the process.");
        _meter.CreateObservableUpDownCounter(GenAiNames.MemoryMetric, () => Environment.WorkingSet, "By", "Physical memory of the process.");
        if (storage is not null)
        {
            _meter.CreateObservableGauge(GenAiNames.StorageFailingMetric, () => storage.Health.FailingFor?.For.TotalSeconds ?? 0, "s", "Since when no call of the storage has worked; 0 while they do.");
        }
    }

    /// <summary>Not another instance's.</summary>
    public bool MayShow(Instrument instrument) => instrument.Meter.Scope is not InstanceGauges other || other == this;

    public void Dispose() => _meter.Dispose();

    private static double Uptime()
    {
        using Process process = Process.GetCurrentProcess();
        return (DateTime.Now - process.StartTime).TotalSeconds;
    }
}
