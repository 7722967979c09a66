using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Clients;

/// <summary>Claude Code itself, without a terminal, in an empty home and folder: a word, and a tool that it runs.</summary>
public abstract class ClaudeCodeTests(TestGateway gateway)
{
    [Fact]
    public async Task Answer_is_shown()
    {
        JsonElement[] lines = await RunAsync("Hello there");

        Assert.Equal("Hello there", Result(lines));
    }

    [Fact]
    public async Task Tool_is_run_and_its_result_answered()
    {
        JsonElement[] lines = await RunAsync("""/tool Bash {"command":"echo hi-from-bash","description":"Say hi"}""");

        JsonElement call = Assert.Single(Blocks(lines, "assistant"), block => block.GetProperty("type").ValueEquals("tool_use"));
        JsonElement result = Assert.Single(Blocks(lines, "user"), block => block.GetProperty("type").ValueEquals("tool_result"));
        Assert.Equal(("Bash", "hi-from-bash"), (call.GetProperty("name").GetString(), result.GetProperty("content").GetString()));
        Assert.StartsWith("The tool answered: hi-from-bash", Result(lines), StringComparison.Ordinal);
    }

    private static string? Result(JsonElement[] lines)
    {
        JsonElement result = Assert.Single(lines, line => line.GetProperty("type").ValueEquals("result"));
        Assert.False(result.GetProperty("is_error").GetBoolean(), result.ToString());
        Assert.DoesNotContain(lines, line => line.TryGetProperty("subtype", out JsonElement subtype) && subtype.ValueEquals("api_retry"));
        return result.GetProperty("result").GetString();
    }

    private static IEnumerable<JsonElement> Blocks(JsonElement[] lines, string type) =>
        lines.Where(line => line.GetProperty("type").ValueEquals(type)).SelectMany(line => line.GetProperty("message").GetProperty("content").EnumerateArray());

    /// <summary>All lines that it writes, each a JSON object.</summary>
    private async Task<JsonElement[]> RunAsync(string prompt)
    {
        DirectoryInfo home = Directory.CreateTempSubdirectory("claude");
        ProcessStartInfo start = new(Program(), ["-p", prompt, "--output-format", "stream-json", "--verbose", "--dangerously-skip-permissions"])
        {
            WorkingDirectory = home.CreateSubdirectory("work").FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in Settings(home.FullName))
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync().PatientlyAsync();
            await process.WaitForExitAsync().PatientlyAsync();
            Assert.True(process.ExitCode == 0, output + await errors);
            return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            home.Delete(recursive: true);
        }
    }

    /// <summary>The README's lines; all models are the gateway's; nothing but the gateway can be reached.</summary>
    private (string Name, string Value)[] Settings(string home) =>
    [
        ("HOME", home), ("USERPROFILE", home),
        ("ANTHROPIC_BASE_URL", gateway.Url), ("ANTHROPIC_AUTH_TOKEN", gateway.ApiKey), ("ANTHROPIC_API_KEY", ""),
        ("ANTHROPIC_MODEL", "echo"), ("ANTHROPIC_DEFAULT_HAIKU_MODEL", "echo"), ("ANTHROPIC_DEFAULT_SONNET_MODEL", "echo"), ("ANTHROPIC_DEFAULT_OPUS_MODEL", "echo"),
        ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"), ("HTTPS_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "127.0.0.1"),

        // Lets it skip permissions as root, which containers are.
        ("IS_SANDBOX", "1"),
    ];

    private static string Program()
    {
        (string system, string file) = OperatingSystem.IsWindows() ? ("win32", "claude.exe") : (OperatingSystem.IsMacOS() ? "darwin" : "linux", "claude");
        string processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        return Path.Combine(TestClients.Folder, "node_modules", "@anthropic-ai", $"claude-code-{system}-{processor}", file);
    }
}
