using System.CommandLine;
using Gateway.Cli.Shared;
using Gateway.Reload;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Cli.Config;

/// <summary><c>config check</c>: what a start would make of the settings. It needs no storage.</summary>
internal static class ConfigCommand
{
    public const string Name = "config";
    private const string StandardInput = "-";
    private const string Cure = "Name a JSON file with settings, or - for standard input.";

    /// <summary>All settings, with the text in the place of the gateway's file; null: with the file itself.</summary>
    /// <exception cref="ConfigurationException">They cannot be read.</exception>
    internal delegate IConfigurationRoot Read(GatewayFile? file);

    /// <param name="read">Reads the settings.</param>
    /// <param name="input">What <c>-</c> stands for.</param>
    /// <param name="output">For what was asked for.</param>
    /// <param name="error">For what went wrong.</param>
    /// <param name="width">Of the terminal; null without one.</param>
    public static Command Create(Read read, TextReader input, TextWriter output, TextWriter error, int? width)
    {
        Argument<string?> file = new("file")
        {
            Description = "A file in the place of gateway.json; - reads standard input. Default: the file that the gateway would read here.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Command check = new("check", "Check the settings as a start would, the environment included, and print the routes that result. Exit code 0: the gateway would start.") { file };
        check.SetAction(async (arguments, cancellation) =>
        {
            await using ServiceProvider nothing = new ServiceCollection().BuildServiceProvider();
            CommandContext context = new(arguments, nothing, output, error, width);
            ConfigurationCheck result = await CheckAsync(arguments.GetValue(file), read, input, cancellation);
            return ConfigOutput.Write(context, result);
        });
        return new Command(Name, "Look at the gateway's settings.") { check };
    }

    private static async Task<ConfigurationCheck> CheckAsync(string? name, Read read, TextReader input, CancellationToken cancellation)
    {
        try
        {
            return GatewayServices.CheckConfiguration(read(await FileAsync(name, input, cancellation)));
        }
        catch (ConfigurationException unreadable)
        {
            return new ConfigurationCheck([], unreadable.Errors, [], null);
        }
    }

    private static async Task<GatewayFile?> FileAsync(string? name, TextReader input, CancellationToken cancellation)
    {
        switch (name)
        {
            case null:
                return null;
            case "":
                throw new ConfigurationException([$"The name of the file is empty. {Cure}"]);
            case StandardInput:
                return GatewayFile.Of("standard input", await input.ReadToEndAsync(cancellation));
            default:
                string path = Path.GetFullPath(name);
                return File.Exists(path) ? GatewayFile.At(path) : throw new ConfigurationException([$"'{path}' {(Directory.Exists(path) ? "is a folder" : "does not exist")}. {Cure}"]);
        }
    }
}
