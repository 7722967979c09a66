using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Documents;

/// <summary>
/// Where somebody goes through a page: a checkout, an empty home, and first on the PATH scripts under the names of the tools,
/// which ask here for the answer. In the second shell the answers are those of the first, to the same calls.
/// </summary>
internal sealed class ToolDesk : IAsyncDisposable
{
    /// <summary>Says what was called, with the variables and the folder, and repeats the answer.</summary>
    private const string Script = """
        #!/bin/sh
        call=$(mktemp -d "$DESK_FOLDER/call.XXXXXX")
        printf '%s\0' "${0##*/}" "$@" >"$call/arguments"
        env -0 >"$call/environment"
        pwd >"$call/folder"
        case " $* " in *' - '*) cat >"$call/input" ;; *) : >"$call/input" ;; esac
        code=$("$DESK_CURL" --silent --max-time 180 --data-binary "${call##*/}" "$DESK_URL")
        cat "$call/output"
        cat "$call/error" >&2
        exit "${code:-99}"
        """;

    /// <summary>A refusal is a failure.</summary>
    private const string Curl = """
        #!/bin/sh
        exec "$DESK_CURL" --silent --show-error --fail-with-body "$@"
        """;

    private readonly WebApplication _server;
    private readonly Func<ShellCall, Task<ToolAnswer>> _answer;
    private readonly List<(ShellCall Call, ToolAnswer Answer)> _heard = [];
    private readonly Queue<(ShellCall Call, ToolAnswer Answer)> _expected = [];
    private bool _repeats;

    private ToolDesk(WebApplication server, Func<ShellCall, Task<ToolAnswer>> answer) => (_server, _answer) = (server, answer);

    public string Folder { get; } = Directory.CreateTempSubdirectory("desk").FullName;

    /// <summary>What a clone holds, so far as commands look at it: they may write there.</summary>
    public string Checkout => Path.Combine(Folder, "checkout");

    public static async Task<ToolDesk> StartAsync(IEnumerable<string> tools, Func<ShellCall, Task<ToolAnswer>> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        ToolDesk desk = new(server, answer);
        server.Run(desk.TakeAsync);
        await server.StartAsync();
        foreach (string tool in tools)
        {
            desk.Put(tool, Script);
        }

        desk.Put("curl", Curl);
        desk.CheckOut();
        return desk;
    }

    /// <summary>The variables of an account that was made a moment ago.</summary>
    public void Furnish(IDictionary<string, string?> environment)
    {
        string path = Environment.GetEnvironmentVariable("PATH")!;
        foreach (string name in environment.Keys.Where(IsSetting).ToArray())
        {
            environment.Remove(name);
        }

        environment["HOME"] = Path.Combine(Folder, "home");
        environment["PATH"] = Path.Combine(Folder, "bin") + Path.PathSeparator + path;
        environment["DESK_FOLDER"] = Folder;
        environment["DESK_URL"] = _server.Urls.Single();
        environment["DESK_CURL"] = path.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "curl.exe" : "curl")).First(File.Exists);
    }

    /// <summary>What was called since this was asked last.</summary>
    public IReadOnlyList<(ShellCall Call, ToolAnswer Answer)> Heard()
    {
        var heard = _heard.ToArray();
        _heard.Clear();
        return heard;
    }

    /// <summary>From now on the same must be called, and is answered as it was.</summary>
    public void Expect(IEnumerable<(ShellCall Call, ToolAnswer Answer)> calls)
    {
        _repeats = true;
        foreach (var call in calls)
        {
            _expected.Enqueue(call);
        }
    }

    /// <summary>What was expected and did not come.</summary>
    public IEnumerable<string> NotCalled()
    {
        string[] left = [.. _expected.Select(each => each.Call.ToString())];
        _expected.Clear();
        return left;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>What a gateway, or the pages' commands, would read of the machine that runs the tests.</summary>
    private static bool IsSetting(string name) =>
        ((string[])["GATEWAY", "ANTHROPIC_", "OTEL_", "AZURE_", "AWS_", "GOOGLE_", "LOGGING__", "ASPNETCORE_", "CI"]).Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
        || name.EndsWith("_API_KEY", StringComparison.OrdinalIgnoreCase);

    private void Put(string tool, string script)
    {
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "bin")).FullName, tool);
        File.WriteAllText(file, script + "\n");
        if (OperatingSystem.IsWindows())
        {
            // PowerShell finds programs by their extension.
            File.WriteAllText(file + ".cmd", $"@bash \"%~dp0{tool}\" %*\r\n");
        }
        else
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private void CheckOut()
    {
        foreach (string name in (string[])["", "../home", "src", "tests", "infra/hooks", ".ci"])
        {
            Directory.CreateDirectory(Path.Combine(Checkout, name));
        }

        foreach (string project in ((string[])["src", "tests"]).SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(Page.Root, folder))))
        {
            Directory.CreateDirectory(Path.Combine(Checkout, Path.GetRelativePath(Page.Root, project)));
        }

        foreach (string file in ((string[])["", "infra", "infra/hooks", ".ci", "tests"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Page.Root, folder)))
            .Where(file => Path.GetFileName(file) is not ("local.settings.json" or "gateway.json")))
        {
            File.Copy(file, Path.Combine(Checkout, Path.GetRelativePath(Page.Root, file)));
        }
    }

    private async Task TakeAsync(HttpContext http)
    {
        using StreamReader body = new(http.Request.Body);
        string folder = Path.Combine(Folder, await body.ReadToEndAsync());
        string[] words = await ReadWordsAsync(Path.Combine(folder, "arguments"));
        Dictionary<string, string> environment = (await ReadWordsAsync(Path.Combine(folder, "environment")))
            .Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.Last()[1]);
        ShellCall call = new(
            words[0], words[1..], environment, (await File.ReadAllTextAsync(Path.Combine(folder, "folder"))).TrimEnd('\n'), await File.ReadAllTextAsync(Path.Combine(folder, "input")));
        ToolAnswer answer = await AnswerAsync(call);
        await File.WriteAllTextAsync(Path.Combine(folder, "output"), answer.Output);
        await File.WriteAllTextAsync(Path.Combine(folder, "error"), answer.Error);
        await http.Response.WriteAsync(answer.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task<string[]> ReadWordsAsync(string file) => (await File.ReadAllTextAsync(file)).TrimEnd('\0').Split('\0');

    private async Task<ToolAnswer> AnswerAsync(ShellCall call)
    {
        if (!_repeats)
        {
            ToolAnswer answer;
            try
            {
                answer = await _answer(call);
            }
            catch (Exception exception)
            {
                // Its caller is a script, which can hand on text only.
                answer = new ToolAnswer("", exception.ToString(), 98);
            }

            _heard.Add((call, answer));
            return answer;
        }

        if (!_expected.TryDequeue(out var expected))
        {
            return new ToolAnswer("", $"The other shell did not call {call}", 97);
        }

        IEnumerable<string> differ = expected.Call.Environment.Where(pair => IsSetting(pair.Key) && call.Environment.GetValueOrDefault(pair.Key, "") != pair.Value).Select(pair => $"{pair.Key}={pair.Value}");
        return expected.Call.ToString() == call.ToString() && !differ.Any()
            ? expected.Answer
            : new ToolAnswer("", $"The other shell called {string.Join(' ', [.. differ, expected.Call])}\nand not {call}", 97);
    }
}
