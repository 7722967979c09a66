using System.Text.Json;
using Gateway.Storage;
using Gateway.Tests.Cli;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Documents;

/// <summary>What every page takes for granted: Azurite, and a gateway whose keys are there, which has been used.</summary>
public sealed class DocumentPlace : IAsyncLifetime
{
    /// <summary>Commands that cannot run in this place, by a word of theirs.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new()
    {
        ["Gateway__BootstrapKey"] = "needs a storage in which no manager's key has ever been made; the tests of that key do it over HTTP",
        ["gw doctor"] = "finds what is wrong with this place: no identity, no providers; its own tests give it better ones",
    };

    private UsageTables _tables = null!;
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _tables = new UsageTables(await Azurite.ShareAsync(), new FakeClock(TimeProvider.System.GetUtcNow()));
        _gateway = await GatewayServer.StartAsync(("GatewayStorage", _tables.Connection));
        await _tables.Instance().GetRequiredService<TableSetup>().CreateMissingTablesAsync(default);

        // What was three days ago when a page says so may be another day, past midnight.
        await _tables.AppendAsync(1, _tables.Today.AddDays(-3));
        await _tables.AppendAsync(1, _tables.Today.AddDays(-2));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _tables.DisposeAsync();
    }

    /// <summary>Goes through a page, first in sh and then in PowerShell; fails with the page and the line.</summary>
    internal async Task WalkAsync(Page page)
    {
        CommandStep[] all = [.. page.Steps()];
        None(all.Where(step => step.NeedsOtherForm).Select(step => $"{step.Sh}: Windows PowerShell reads this otherwise. Add a powershell block behind it."));
        CommandStep[] steps = [.. all.Where(step => !s_elsewhere.Keys.Any(words => step.Sh.Text.Contains(words, StringComparison.Ordinal)))];
        await using Toolbox tools = new(_tables.Connection, _gateway.Url);
        await using ToolDesk desk = await ToolDesk.StartAsync(Toolbox.Names, tools.AnswerAsync);
        List<(CommandStep Step, string Url, IReadOnlyList<(ShellCall, ToolAnswer)> Calls)> done = [];
        await using (ShellSession bash = await ShellSession.BashAsync(desk))
        {
            foreach (CommandStep step in steps)
            {
                foreach (CodeBlock file in step.Files)
                {
                    await File.WriteAllTextAsync(Path.Combine(desk.Checkout, file.File!), file.Text);
                }

                string url = tools.Url;
                string output = await bash.RunAsync(step.Sh, tools.AsAt(url, step.Sh.Text));
                Assert.DoesNotContain("\"type\":\"error\"", output, StringComparison.Ordinal);
                None(step.Missing(output).Select(line => $"{step.Output}: not printed: {line}\n{output}"));
                done.Add((step, url, desk.Heard()));
            }
        }

        // A rule is made once, and PowerShell makes the same.
        await ForgetIssuersAsync();
        await using ShellSession powerShell = await ShellSession.PowerShellAsync(desk);
        foreach ((CommandStep step, string url, IReadOnlyList<(ShellCall, ToolAnswer)> calls) in done)
        {
            desk.Expect(calls);
            await powerShell.RunAsync(step.InPowerShell, tools.AsAt(url, step.InPowerShell.Text));
            None(desk.NotCalled().Select(call => $"{step.InPowerShell}: in PowerShell nobody called {call}"));
        }

        await ForgetIssuersAsync();
    }

    private static void None(IEnumerable<string> mistakes)
    {
        string all = string.Join('\n', mistakes);
        Assert.True(all.Length == 0, all);
    }

    private async Task ForgetIssuersAsync()
    {
        foreach (JsonElement issuer in JsonElement.Parse(await CliAsync("issuers", "list", "--json")).EnumerateArray())
        {
            await CliAsync("issuers", "remove", issuer.GetProperty("id").GetString()!);
        }
    }

    private async Task<string> CliAsync(params string[] arguments)
    {
        Run run = await Run.GatewayAsync(_tables.Connection, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }
}
