using System.Text.Json;
using Gateway.Cli;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Cli;

/// <summary>One run of the command line, in this process.</summary>
internal sealed record Run(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Task<Run> GatewayAsync(string? storage, params string[] arguments) => WithAsync([("GatewayStorage", storage)], arguments);

    /// <summary>On a terminal of so many columns; null for a pipe.</summary>
    public static Task<Run> AtAsync(int? width, string storage, params string[] arguments) => WithAsync([("GatewayStorage", storage)], width, arguments);

    /// <summary>With these settings and no others.</summary>
    public static Task<Run> WithAsync((string Key, string? Value)[] settings, params string[] arguments) => WithAsync(settings, null, arguments);

    private static async Task<Run> WithAsync((string Key, string? Value)[] settings, int? width, string[] arguments)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .Build();
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await CommandLine.RunAsync(arguments, configuration, output, error, width);
        return new Run(exitCode, output.ToString(), error.ToString());
    }
}
