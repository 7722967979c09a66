using System.Diagnostics;
using System.Text.RegularExpressions;
using Gateway.Tests.Cli;
using Gateway.Tests.Support;

namespace Gateway.Tests.Documents;

/// <summary>
/// What the tools of the pages do here: those of this repository run, with the storage of the test in the place of others.
/// Those that cannot are named with the reason; what they are told must fit this repository all the same.
/// </summary>
internal sealed partial class Toolbox(string connectionString, string url) : IAsyncDisposable
{
    /// <summary>They are only heard. Whoever adds one says why.</summary>
    private static readonly Dictionary<string, string> s_cannotRun = new()
    {
        ["az"] = "needs an Azure account",
        ["azd"] = "needs an Azure account",
        ["aws"] = "needs an AWS account",
        ["gcloud"] = "needs a Google Cloud account",
        ["docker"] = "needs a container engine",
        ["gh"] = "needs a GitHub account",
        ["func"] = "comes with an installer, not as a package; tests/Gateway.WorkerHost runs the published worker instead",
        ["winget"] = "installs programs for the whole machine",
        ["brew"] = "installs programs for the whole machine",
    };

    /// <summary>Words of <c>dotnet</c> that take minutes, and that continuous integration runs itself.</summary>
    private static readonly string[] s_builds = ["build", "test", "format", "publish", "pack", "restore", "tool"];

    private readonly List<GatewayProcess> _gateways = [];

    public static IEnumerable<string> Names => [.. s_cannotRun.Keys, "gw", "dotnet", "node", "npx", "bash"];

    /// <summary>Where the pages' gateway is: that of the test, until a command starts one.</summary>
    public string Url { get; private set; } = url;

    /// <summary>What the pages take for granted, at the addresses that it has here. In quotes, since this storage has signs for shells in its name.</summary>
    public string AsAt(string gateway, string text) => Quoted().Replace(text, "'UseDevelopmentStorage=true'")
        .Replace("UseDevelopmentStorage=true", connectionString, StringComparison.Ordinal)
        .Replace("http://127.0.0.1:7071", gateway, StringComparison.Ordinal);

    public async Task<ToolAnswer> AnswerAsync(ShellCall call) => (call.Tool, call.Arguments) switch
    {
        ("dotnet", ["run", "--project", "src/Gateway.Cli", "--", .. var arguments]) => await CliAsync(call, arguments),
        ("gw", ["serve", ..]) or ("dotnet", ["run", "--project", "src/Gateway.LocalHost"]) => await ServeAsync(call),
        ("gw", var arguments) => await CliAsync(call, arguments),
        ("dotnet", ["run", "--project", var project]) => Directory.Exists(Path.Combine(call.Folder, project)) ? ToolAnswer.Silence : Wrong($"there is no {project}"),
        ("dotnet", [var word, .. var arguments]) when s_builds.Contains(word) => Exists(call, arguments),
        ("node", [var script, ..]) => await ScriptAsync(call, script),
        ("npx", ["--yes", "azurite", .. var arguments]) => await AzuriteAsync(arguments),
        ("bash", ["infra/smoke-test", ..]) => await ProcessAsync(call, "bash", call.Arguments),
        ("bash", var arguments) => Exists(call, arguments),
        ("azd", ["env", "get-value", var name]) => Value(name),
        var (tool, _) when s_cannotRun.ContainsKey(tool) => ToolAnswer.Silence,
        _ => Wrong("nobody here knows what that does"),
    };

    public async ValueTask DisposeAsync()
    {
        foreach (GatewayProcess gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }
    }

    private static ToolAnswer Wrong(string why) => new("", why, 96);

    /// <summary>Files that a command names are there.</summary>
    private static ToolAnswer Exists(ShellCall call, IEnumerable<string> arguments)
    {
        string[] lost = [.. arguments.Where(argument => OwnPath().IsMatch(argument) && !Path.Exists(Path.Combine(call.Folder, argument)))];
        return lost.Length == 0 ? ToolAnswer.Silence : Wrong($"there is no {string.Join(", ", lost)}");
    }

    /// <summary>Outputs of the deployment, which azd keeps.</summary>
    private ToolAnswer Value(string name) =>
        !Regex.IsMatch(File.ReadAllText(Path.Combine(Page.Root, "infra/main.bicep")), $"^output {Regex.Escape(name)} ", RegexOptions.Multiline) ? Wrong($"infra/main.bicep has no output {name}")
        : new ToolAnswer(name switch
        {
            "GATEWAY_TABLE_ENDPOINT" => TableEndpoint,
            "GATEWAY_URL" => Url,
            _ => $"the-{name}",
        });

    private string TableEndpoint => TableEndpointSetting().Match(connectionString).Groups[1].Value;

    /// <summary>In this process, as a start costs more than all else. What looks at files and variables does start.</summary>
    private async Task<ToolAnswer> CliAsync(ShellCall call, string[] arguments)
    {
        if (arguments is ["config" or "prices" or "alerts" or "doctor" or "--version", ..])
        {
            return await ProcessAsync(call, "dotnet", [Path.Combine(AppContext.BaseDirectory, "Gateway.Cli.dll"), .. arguments]);
        }

        Dictionary<string, string?> settings = call.Environment.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair.Value, StringComparer.OrdinalIgnoreCase);
        if (settings.Remove("GatewayStorage:tableServiceUri", out string? endpoint) && endpoint == TableEndpoint)
        {
            // Azurite takes no tokens over http.
            settings["GatewayStorage"] = connectionString;
        }

        Run run = await Run.WithAsync([.. settings.Select(setting => (setting.Key, setting.Value))], arguments);
        return new ToolAnswer(run.Output, run.Error, run.ExitCode);
    }

    /// <summary>Whoever reads has a second shell, so it is left running, and listens where there is room.</summary>
    private async Task<ToolAnswer> ServeAsync(ShellCall call)
    {
        GatewayProcess gateway = await GatewayProcess.StartAsync([
            .. call.Environment.Where(pair => pair.Key is not ("PATH" or "HOME")).Select(pair => (pair.Key, pair.Value)), ("ASPNETCORE_CONTENTROOT", call.Folder), ("ASPNETCORE_URLS", "http://127.0.0.1:0")]);
        _gateways.Add(gateway);
        await Patience.UntilAsync(() => gateway.Output.Any(line => line.StartsWith("  OpenAI ", StringComparison.Ordinal)));
        Url = gateway.Url;
        return new ToolAnswer(string.Join('\n', gateway.Output) + "\n");
    }

    private Task<ToolAnswer> ScriptAsync(ShellCall call, string script) => script switch
    {
        // It takes a token where it has no key, and Azurite takes none over http.
        "infra/tables.mjs" when call.Environment.GetValueOrDefault("GATEWAY_TABLE_ENDPOINT") == TableEndpoint =>
            ProcessAsync(call with { Environment = new Dictionary<string, string>(call.Environment) { ["GatewayStorage"] = connectionString } }, "node", call.Arguments),
        "tests/clients/azurite.mjs" => AzuriteAsync(call.Arguments[1..]),
        _ => Task.FromResult(Exists(call, [script])),
    };

    /// <summary>The storage of the test stands for it; the options are those that Azurite knows.</summary>
    private static async Task<ToolAnswer> AzuriteAsync(string[] options)
    {
        string known = await File.ReadAllTextAsync(Path.Combine(TestClients.Folder, "node_modules/azurite/README.md"));
        string[] unknown = [.. options.Where(option => option.StartsWith("--", StringComparison.Ordinal) && !known.Contains(option, StringComparison.Ordinal))];
        return unknown.Length == 0 ? ToolAnswer.Silence : Wrong($"Azurite has no {string.Join(", ", unknown)}");
    }

    private static async Task<ToolAnswer> ProcessAsync(ShellCall call, string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = call.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in call.Environment.Where(pair => pair.Key != "PATH"))
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(call.Input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ToolAnswer(output, await error, process.ExitCode);
    }

    [GeneratedRegex(@"^(?:src|tests|infra|docs|\.ci)/|^[\w.-]+\.(?:sln|mjs)$")]
    private static partial Regex OwnPath();

    [GeneratedRegex("(?<=[= ])UseDevelopmentStorage=true(?=\\s|$)")]
    private static partial Regex Quoted();

    [GeneratedRegex("TableEndpoint=([^;]*)")]
    private static partial Regex TableEndpointSetting();
}
