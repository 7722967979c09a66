using Gateway.Cli.Shared;

namespace Gateway.Tests.Cli;

/// <summary>A slip on the command line is one sentence with the word that was meant, before anything is read or done.</summary>
public sealed class MistypedCommandTests
{
    private const string Secret = "mgw_u906gaxq0aig_VNdJW26Bea1RJaXpcJj1u9bYWQnyfgiR8DX7CWo7G3w1Xn3Sm";

    [Theory]
    [InlineData("keys crate", "There is no command 'gw keys crate': did you mean 'gw keys create'?")]
    [InlineData("Keys list", "There is no command 'gw Keys': did you mean 'gw keys'?")]
    [InlineData("kyes list", "did you mean 'gw keys'?")]
    [InlineData("key list", "did you mean 'gw keys'?")]
    [InlineData("usgae", "did you mean 'gw usage'?")]
    [InlineData("create --team t", "did you mean 'gw keys create'?")]
    [InlineData("list", "did you mean 'gw keys list' or 'gw teams list' or 'gw issuers list' or 'gw audit list' or 'gw alerts list'?")]
    [InlineData("revoke u906gaxq0aig", "did you mean 'gw keys revoke'?")]
    [InlineData("keys delete x", "There is no command 'gw keys delete': see 'gw keys --help'.")]
    [InlineData("keys rebuild", "did you mean 'gw usage rebuild'?")]
    [InlineData("usage request", "did you mean 'gw usage requests'?")]
    [InlineData("usage puge --older-than 60d", "did you mean 'gw usage purge'?")]
    [InlineData("config chekc", "did you mean 'gw config check'?")]
    [InlineData("keys help", "did you mean 'gw keys --help'?")]
    [InlineData("something", "There is no command 'gw something': see 'gw --help'.")]
    [InlineData("keys", "'gw keys' needs one of its commands: create, list, show, update, revoke, rotate.")]
    [InlineData("audit", "'gw audit' needs one of its commands: list.")]
    [InlineData("keys create --tem t", "'gw keys create' has no option --tem: did you mean --team?")]
    [InlineData("keys create --team t --Name n", "did you mean --name?")]
    [InlineData("keys create --team t --budget 5", "did you mean --budget-day or --budget-week or --budget-month or --budget-lifetime?")]
    [InlineData("keys create --team t --scopes manage", "did you mean --scope?")]
    [InlineData("keys create --team t --colour red", "'gw keys create' has no option --colour: see 'gw keys create --help'.")]
    [InlineData("keys create --team t --modles=gpt-*", "did you mean --models?")]
    [InlineData("keys create --team t -json", "did you mean --json?")]
    [InlineData("keys list --jsno", "did you mean --json?")]
    [InlineData("keys list --cvs", "did you mean --csv?")]
    [InlineData("keys list --wdie", "did you mean --wide?")]
    [InlineData("keys show --jsn", "did you mean --json?")]
    [InlineData("keys create --team --nmae", "did you mean --name?")]
    [InlineData("keys create", "'gw keys create' needs --team <team>: see 'gw keys create --help'.")]
    [InlineData("keys create --team", "--team takes a value: --team <team>.")]
    [InlineData("keys show", "'gw keys show' needs <id>: see 'gw keys show --help'.")]
    [InlineData("issuers add", "'gw issuers add' needs <id> and --issuer <https://...> and --audience <a,b>: see")]
    [InlineData("usage rebuild", "'gw usage rebuild' needs --day <date|span>")]
    [InlineData("keys list search", "'gw keys list' takes no 'search': see 'gw keys list --help'.")]
    [InlineData("keys list --team a --team b", "--team may be given once.")]
    [InlineData("keys create --team t --csv", "--csv is for lists, which 'gw keys create' does not print")]
    [InlineData("keys revoke u906gaxq0aig --wide", "--wide is for lists")]
    [InlineData("usage --by modle", "--by takes no 'modle': did you mean 'model'?")]
    [InlineData("usage --by key,onwer", "--by takes no 'onwer': did you mean 'owner'?")]
    [InlineData("usage --by requested-modle", "did you mean 'requested_model'?")]
    [InlineData("usage --by key,key", "--by holds 'key' twice")]
    [InlineData("usage --by tag", "--by takes a tag with its name: tag:ticket.")]
    [InlineData("usage --by hour", "--by takes key, team, owner,")]
    [InlineData("usage requests --status 5x", "--status takes an HTTP status such as 429, or a class of them such as 4xx, not '5x': did you mean 5xx?")]
    [InlineData("usage requests --last many", "--last takes a whole number, 1 or more, not 'many'.")]
    [InlineData("usage requests --format cvs", "--format takes csv or jsonl, not 'cvs': did you mean 'csv'?")]
    [InlineData("alerts list --limit x", "--limit takes a whole number, which 'x' is not.")]
    [InlineData("teams set t --week-starts mondey", "did you mean 'monday'?")]
    [InlineData("keys create --team t --rpm many", "--rpm takes a whole number")]
    [InlineData("prices --input x", "--input takes a number of tokens")]
    [InlineData("keys list --csv --json", "two forms of the same list")]
    [InlineData("keys list " + Secret, "'gw keys list' takes no 'mgw_…'")]
    [InlineData(Secret, "There is no command 'gw mgw_…'")]
    [InlineData("keys sk-ant-api03-aaaaaaaaaaaaaaaaaaaaaaaa", "There is no command 'gw keys sk-a…'")]
    [InlineData("keys create --" + Secret, "see 'gw keys create --help'")]
    public async Task It_is_one_sentence(string line, string expected)
    {
        Run run = await Run.GatewayAsync("UseDevelopmentStorage=true", line.Split(' '));
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        string said = Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Matches(@"[.?]\r?$", said);
        Assert.DoesNotContain("VNdJW26", said, StringComparison.Ordinal);
        Assert.DoesNotContain("aaaa", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    public async Task The_program_alone_shows_its_help(string line)
    {
        Run run = await Run.GatewayAsync(null, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("gw [command] [options]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "create")]
    [InlineData("keys", "list")]
    [InlineData("keys", "update")]
    [InlineData("teams", "set")]
    [InlineData("issuers", "add")]
    [InlineData("usage")]
    [InlineData("usage", "requests")]
    [InlineData("audit", "list")]
    [InlineData("prices")]
    [InlineData("alerts", "list")]
    [InlineData("config", "check")]
    public async Task Help_fits_80_columns(params string[] command)
    {
        Run run = await Run.GatewayAsync(null, [.. command, "--help"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"gw {string.Join(' ', command)}", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), line => Assert.True(TextWidth.Of(line.TrimEnd()) <= 80, line));
    }
}
