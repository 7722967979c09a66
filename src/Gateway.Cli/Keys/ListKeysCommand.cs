using System.CommandLine;
using Gateway.Authentication.Keys;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;

namespace Gateway.Cli.Keys;

internal static class ListKeysCommand
{
    public static Command Create(CommandRunner runner)
    {
        Option<string?> team = new("--team") { Description = "Only this team's keys." };
        Command command = new("list", "List the keys, without their secrets.") { team };
        ListOptions.AddTo(command);
        command.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                IReadOnlyList<VirtualKey> all = await context.Service<KeyAdministration>().ListAsync(token);
                Func<string, KeySpend> spend = await context.Service<UsageReporter>().SpendAsync(context.Now, null, token);
                IReadOnlyList<KeyDocument> keys =
                [
                    .. all.Where(key => arguments.GetValue(team) is not { } wanted || key.Team == wanted)
                        .OrderBy(key => key.Team, StringComparer.Ordinal)
                        .ThenBy(key => key.CreatedAt)
                        .Select(key => KeyDocument.From(key, context.Now) with { Spend = spend(key.Id) }),
                ];
                return KeyOutput.Write(context, keys, arguments.GetValue(team));
            },
            cancellation));
        return command;
    }
}
