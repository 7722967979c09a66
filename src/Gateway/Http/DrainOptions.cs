using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Http;

/// <summary>How long running requests go on when the process is told to stop: <c>Gateway:DrainSeconds</c>.</summary>
public sealed record DrainOptions(TimeSpan Patience)
{
    /// <summary>For what is said to clients whose time is up, and for what is written to storage after that.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private const double Usual = 25;
    private const double Longest = 3600;

    /// <exception cref="ConfigurationException">The setting is no number of seconds.</exception>
    public static DrainOptions Read(IConfiguration configuration)
    {
        NumberSettings settings = new(configuration);
        DrainOptions options = new(TimeSpan.FromSeconds(settings.Read("Gateway:DrainSeconds", Usual, Longest, "seconds")));
        settings.ThrowIfWrong();
        return options;
    }
}
