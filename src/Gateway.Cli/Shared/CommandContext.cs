using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Authentication.Access;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Gateway.Cli.Shared;

/// <summary>What one run of a command works with.</summary>
internal sealed class CommandContext(ParseResult arguments, IServiceProvider services, TextWriter output, TextWriter error)
{
    public ParseResult Arguments => arguments;

    public bool Json => arguments.GetValue(CommonOptions.Json);

    /// <summary>Who goes on record.</summary>
    /// <remarks>Some platforms run containers as a user without a name.</remarks>
    public string Actor => arguments.GetValue(CommonOptions.As) is { Length: > 0 } name ? name : Environment.UserName is { Length: > 0 } user ? user : "unnamed";

    /// <summary>For more text than one line or table.</summary>
    public TextWriter Output => output;

    public DateTimeOffset Now => Service<TimeProvider>().GetUtcNow();

    public T Service<T>()
        where T : notnull => services.GetRequiredService<T>();

    public void WriteJson<T>(T value, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(value, type));

    public void WriteLine(string text) => output.WriteLine(text);

    public void WriteTable(Table table)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (Console.IsOutputRedirected || !ReferenceEquals(output, Console.Out))
        {
            // There is no window to fit, and a wrapped id cannot be searched for.
            console.Profile.Width = 240;
        }

        console.Write(table);
    }

    /// <summary>What whoever sets a budget should know: the storage that this works on knows no models.</summary>
    public void NoteBudget(Limits limits) => NoteBudget(limits.HasBudget);

    /// <summary>The same for a rule, under which people may have budgets of their own.</summary>
    public void NoteBudget(bool isSet)
    {
        if (isSet && !Json)
        {
            error.WriteLine("Note: what has no price counts toward no budget. The gateway's log names such models when it starts; see Gateway:Models:<n>:Price and Gateway:Unpriced.");
        }
    }

    /// <summary>What whoever gives scopes should know.</summary>
    public void NoteScopes(IReadOnlyList<string> scopes)
    {
        if (Scopes.Note(scopes) is { } note && !Json)
        {
            error.WriteLine($"Note: {note}");
        }
    }

    /// <summary>One line on stderr, and the exit code of everything that went wrong.</summary>
    public int Fail(string reason)
    {
        error.WriteLine(reason);
        return 1;
    }
}
