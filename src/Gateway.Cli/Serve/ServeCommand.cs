using System.CommandLine;
using System.Reflection;

namespace Gateway.Cli.Serve;

/// <summary>
/// <c>gw serve</c>: runs LocalHost, which the tool and the image hold beside the command line. In this process, so that signals, the
/// exit code and the time to drain are its own; by its file, since the command line knows the storage and not the server.
/// </summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    private const string Program = "Gateway.LocalHost.dll";

    /// <summary>Beside settings, whose names have a colon: where to listen, and where files are.</summary>
    private static readonly string[] s_passed = ["--urls", "--environment", "--contentRoot"];

    /// <param name="folder">Where the command line is.</param>
    /// <param name="error">Gets the sentence when there is no server beside it.</param>
    public static Command Create(string folder, TextWriter error)
    {
        Command command = new(Name, "Run the gateway here, with the settings of this folder's gateway.json and the environment. What follows is passed on to it, such as --urls http://127.0.0.1:8080.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };

        // Not asynchronous: then nobody but the server listens to signals.
        command.SetAction(arguments => Run(Path.Combine(folder, Program), [.. arguments.UnmatchedTokens], error));
        return command;
    }

    /// <summary>What the server would pass over without a word; null when there is nothing.</summary>
    private static string? Stray(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string[] parts = arguments[i].Split('=', 2);
            if (!s_passed.Contains(parts[0], StringComparer.OrdinalIgnoreCase) && !(parts[0].StartsWith("--", StringComparison.Ordinal) && parts[0].Contains(':', StringComparison.Ordinal)))
            {
                return arguments[i];
            }

            if (parts.Length == 1 && ++i == arguments.Length)
            {
                return arguments[i - 1];
            }
        }

        return null;
    }

    private static int Run(string program, string[] arguments, TextWriter error)
    {
        if (Stray(arguments) is { } stray)
        {
            error.WriteLine($"gw serve makes nothing of '{stray}'. It takes --urls http://127.0.0.1:8080, and settings such as --Gateway:DirectRoutes=off.");
            return 1;
        }

        if (!File.Exists(program))
        {
            error.WriteLine("The gateway is not beside this command line, which was built alone. Run it with: dotnet run --project src/Gateway.LocalHost");
            return 1;
        }

        MethodInfo main = Assembly.LoadFrom(program).EntryPoint!;
        return (int)main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)!;
    }
}
