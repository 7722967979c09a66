using Gateway.Routing;
using Gateway.Settings;
using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Gateway.Reload;

/// <summary>What a start with these settings would come to.</summary>
/// <param name="Sources">What was read, the last wins. Names of variables, never what they hold.</param>
/// <param name="Mistakes">Would stop the start; each names the setting and the cure.</param>
/// <param name="Remarks">Would not, and may be slips all the same.</param>
/// <param name="Result">Null when there are mistakes.</param>
public sealed record ConfigurationCheck(IReadOnlyList<string> Sources, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Remarks, ConfigurationDocument? Result)
{
    internal static ConfigurationCheck Of(IConfigurationRoot configuration, ConfigurationReload.Reader read)
    {
        (Catalog? catalog, IReadOnlyList<string> mistakes) = read(configuration);
        return new ConfigurationCheck(
            [.. configuration.Providers.Select(Describe).OfType<string>().Distinct()],
            mistakes,
            [.. Remarked(configuration)],
            catalog is not null && mistakes.Count == 0 ? ConfigurationDocument.Of(new Router(catalog)) : null);
    }

    private static IEnumerable<string> Remarked(IConfiguration configuration) => SettingRemarks.Of(configuration)
        .Concat(GatewayStorageOptions.From(configuration).UsesTables ? [] : [$"{GatewayStorageOptions.Setting} is not set: LocalHost keeps everything in memory, and the Functions app does not start."]);

    private static string? Describe(IConfigurationProvider source) => source switch
    {
        GatewayFile file => file.Text is null ? $"{file.Name} (not there)" : file.Name,
        JsonConfigurationProvider { Source: { Path: { } path } json } => json.FileProvider?.GetFileInfo(path).Exists == true ? path : null,
        EnvironmentVariablesConfigurationProvider => Variables(source) is { Length: > 0 } names ? $"environment: {string.Join(", ", names)}" : "environment (no settings of the gateway)",
        _ => null,
    };

    private static string[] Variables(IConfigurationProvider environment)
    {
        using ConfigurationRoot alone = new([environment]);
        return [.. alone.AsEnumerable().Where(setting => setting.Value is not null && KnownSettings.IsRead(setting.Key)).Select(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
