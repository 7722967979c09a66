using Gateway.Cli;
using Gateway.Cli.Config;
using Gateway.Cli.Doctor;
using Gateway.Cli.Serve;
using Microsoft.Extensions.Configuration;

(IConfiguration? configuration, string? problem) = CliConfiguration.Build();
if (configuration is null && args is not [ConfigCommand.Name or DoctorCommand.Name or ServeCommand.Name, ..])
{
    Console.Error.WriteLine(problem);
    return 1;
}

// Who asks what is wrong with the settings is told by the command itself, and who starts the gateway by the gateway.
return await CommandLine.RunAsync(args, configuration ?? new ConfigurationBuilder().Build(), Console.Out, Console.Error, Width());

// What a file or another program takes has none, and neither have some terminals. To one whose kind .NET knows, it would
// send escape codes when it first looks, and not take them back.
static int? Width()
{
    const string Kind = "TERM";
    string? kind = Environment.GetEnvironmentVariable(Kind);
    Environment.SetEnvironmentVariable(Kind, null);
    try
    {
        return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? null : Console.WindowWidth;
    }
    catch (Exception exception) when (exception is IOException or PlatformNotSupportedException)
    {
        return null;
    }
    finally
    {
        Environment.SetEnvironmentVariable(Kind, kind);
    }
}
