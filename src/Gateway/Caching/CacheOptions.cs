using Gateway.Routing;
using Gateway.Settings;
using Gateway.Storage;
using Microsoft.Extensions.Configuration;

namespace Gateway.Caching;

/// <summary>Where answers may be kept: the operator's word, without which none is.</summary>
internal enum CacheMode
{
    Off,

    /// <summary>In each process for itself.</summary>
    Memory,

    /// <summary>In Table Storage, for all instances.</summary>
    Storage,
}

/// <summary>The settings <c>Gateway:Cache</c>.</summary>
internal sealed record CacheOptions(CacheMode Mode, long MaxBytes)
{
    private const string ModeKey = "Gateway:Cache:Mode";
    private const int BytesPerMegabyte = 1024 * 1024;
    private const double Usual = 64;

    /// <summary>More belongs into storage, which instances share.</summary>
    private const double Largest = 16 * 1024;

    /// <exception cref="ConfigurationException">A setting cannot be, or contradicts another.</exception>
    public static CacheOptions Read(IConfiguration configuration)
    {
        NumberSettings numbers = new(configuration);
        double megabytes = numbers.Read("Gateway:Cache:MaxMegabytes", Usual, Largest, "megabytes");
        numbers.ThrowIfWrong();
        CacheMode mode = configuration[ModeKey]?.Trim().ToLowerInvariant() switch
        {
            null or "" or "off" => CacheMode.Off,
            "memory" => CacheMode.Memory,
            "storage" => CacheMode.Storage,
            _ => throw new ConfigurationException([$"{ModeKey} is '{configuration[ModeKey]}'. Set it to off, memory or storage."]),
        };
        if (mode == CacheMode.Storage && !GatewayStorageOptions.From(configuration).UsesTables)
        {
            throw new ConfigurationException([$"{ModeKey} is storage, and there is none. Set {GatewayStorageOptions.Setting}, or {ModeKey} to memory."]);
        }

        if (mode == CacheMode.Off && CacheRuleReader.Keys(configuration).FirstOrDefault() is { } unused)
        {
            throw new ConfigurationException([$"{unused} is set, and {ModeKey} is off: no answer would be kept. Set {ModeKey} to memory or storage, or take the other out."]);
        }

        return new CacheOptions(mode, (long)(megabytes * BytesPerMegabyte));
    }
}
