using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Telemetry;

/// <summary>Who may read <c>/metrics</c>.</summary>
public enum PrometheusAccess
{
    /// <summary>Nobody: nothing is measured for it.</summary>
    Off,

    /// <summary>Whoever reads the numbers of all teams.</summary>
    Key,

    /// <summary>Whoever reaches the port.</summary>
    Open,
}

/// <summary>The setting <c>Gateway:Prometheus</c>.</summary>
public sealed record PrometheusOptions(PrometheusAccess Access)
{
    private const string Setting = "Gateway:Prometheus";

    private static readonly string[] s_words = ["off", "key", "open"];

    /// <exception cref="ConfigurationException">It is none of the three words.</exception>
    public static PrometheusOptions Read(IConfiguration configuration)
    {
        string said = configuration[Setting]?.Trim() ?? "";
        return said.ToLowerInvariant() switch
        {
            "" or "off" => new PrometheusOptions(PrometheusAccess.Off),
            "key" => new PrometheusOptions(PrometheusAccess.Key),
            "open" => new PrometheusOptions(PrometheusAccess.Open),
            _ => throw new ConfigurationException([$"{Setting} is '{said}'.{NearMiss.Hint(said, s_words)} Set it to key (metrics at /metrics for keys with the scope usage:all or manage), open (for whoever reaches the port) or off."]),
        };
    }
}
