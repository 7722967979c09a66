using Gateway.Settings;

namespace Gateway.LocalHost;

/// <summary>Where LocalHost listens, read before the server would stumble over it.</summary>
internal static class ListeningUrls
{
    private const string Default = "http://127.0.0.1:7071";

    /// <exception cref="ConfigurationException">They name nothing that can be listened at.</exception>
    public static string[] Read(IConfiguration configuration)
    {
        if (configuration["URLS"] is not { Length: > 0 } said)
        {
            return [Default];
        }

        string[] urls = [.. said.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        string[] mistakes = [.. urls.Select(Problem).OfType<string>()];
        return mistakes.Length > 0 ? throw new ConfigurationException(mistakes) : urls.Length > 0 ? urls : [Default];
    }

    private static string? Problem(string url)
    {
        if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return $"ASPNETCORE_URLS holds '{url}', which does not begin with http:// or https://. Write the whole address, such as {Default}.";
        }

        try
        {
            BindingAddress address = BindingAddress.Parse(url);
            return address.PathBase.Length > 0 ? $"ASPNETCORE_URLS holds '{url}', which has a path. Leave out what stands behind the port."
                : address.Port is < 0 or > 65_535 || address.Host.Length == 0 ? NoAddress(url)
                : null;
        }
        catch (FormatException)
        {
            return NoAddress(url);
        }
    }

    private static string NoAddress(string url) => $"ASPNETCORE_URLS holds '{url}', which is no address to listen at. Write one such as {Default}.";
}
