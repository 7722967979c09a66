using Gateway.Bounds;
using Gateway.Routing;
using Gateway.Upstreams;

namespace Gateway.Reload;

/// <summary>
/// What instances find out about targets, which a new catalogue inherits: whoever is paused stays so. Of what is gone, or
/// has another address or key, nothing is kept: a key that was mended is to be tried at once.
/// </summary>
internal sealed class Retained(TargetHealth health, TargetSpeeds speeds, CallSlots slots, OfferedModels offered, UpstreamMemory memory, ConfigurationAlarm alarm)
{
    public void Keep(Unchanged unchanged)
    {
        health.Keep(unchanged);
        speeds.Keep(unchanged);
        slots.Keep(unchanged);
        offered.Keep(unchanged);
        memory.Keep(unchanged);
        alarm.Keep(unchanged);
    }
}
