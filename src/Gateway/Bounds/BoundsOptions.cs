using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Bounds;

/// <summary>How much one instance does at once: <c>Gateway:MaxConcurrent</c>, <c>Gateway:MaxBodiesMegabytes</c>, <c>Gateway:Upstream:QueueSeconds</c>.</summary>
public sealed record BoundsOptions
{
    private const int BytesPerMegabyte = 1024 * 1024;

    /// <summary>One body of the largest size must fit into the part that large ones may have.</summary>
    private const int LeastMegabytes = 64;

    private const int MostMegabytes = 65_536;
    private const int MostConcurrent = 100_000;
    private const double LongestQueue = 60;

    /// <summary>What is read is held about four times: as bytes, as JSON, as translated and on its way.</summary>
    private const int PartOfMemory = 6;

    /// <summary>Requests that call models.</summary>
    public int MaxConcurrent { get; init; } = 4000;

    /// <summary>Bodies of requests and answers that are kept, all together.</summary>
    public long MaxBodyBytes { get; init; } = UsualMegabytes * (long)BytesPerMegabyte;

    /// <summary>How long a request waits for its turn.</summary>
    public TimeSpan Queue { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>By the memory that the process may use: that of its container or instance.</summary>
    private static int UsualMegabytes =>
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / PartOfMemory / BytesPerMegabyte, LeastMegabytes, MostMegabytes);

    /// <exception cref="ConfigurationException">A setting is no number, or one that cannot work.</exception>
    public static BoundsOptions Read(IConfiguration configuration)
    {
        NumberSettings settings = new(configuration);
        BoundsOptions usual = new();
        BoundsOptions bounds = new()
        {
            MaxConcurrent = settings.ReadWhole("Gateway:MaxConcurrent", usual.MaxConcurrent, 1, MostConcurrent, "requests"),
            MaxBodyBytes = settings.ReadWhole("Gateway:MaxBodiesMegabytes", UsualMegabytes, LeastMegabytes, MostMegabytes, "megabytes") * (long)BytesPerMegabyte,
            Queue = TimeSpan.FromSeconds(settings.Read("Gateway:Upstream:QueueSeconds", usual.Queue.TotalSeconds, LongestQueue, "seconds")),
        };
        settings.ThrowIfWrong();
        return bounds;
    }
}
