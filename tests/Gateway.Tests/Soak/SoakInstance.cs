using Gateway.Tests.Support;

namespace Gateway.Tests.Soak;

/// <summary>A gateway's process, from its start to its end.</summary>
internal sealed class SoakInstance(string name, GatewayProcess process)
{
    public string Name => name;

    public GatewayProcess Process => process;

    /// <summary>It was told to stop, or killed: what it says from then on need not be an answer.</summary>
    public bool Ending { get; private set; }

    public bool Killed { get; private set; }

    public Task KillAsync()
    {
        (Ending, Killed) = (true, true);
        return process.KillAsync();
    }

    public Task<int> StopAsync()
    {
        Ending = true;
        return process.TerminateAsync();
    }
}
