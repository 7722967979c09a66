using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Reload;
using Gateway.Routing;
using Spectre.Console;

namespace Gateway.Cli.Config;

/// <summary>The outcome of a check as JSON, or as tables for people. Mistakes go to stderr, each on a line of its own.</summary>
internal static class ConfigOutput
{
    /// <returns>The exit code.</returns>
    public static int Write(CommandContext context, ConfigurationCheck check)
    {
        if (context.Json)
        {
            context.WriteJson(check, ConfigJson.Default.ConfigurationCheck);
            return check.Result is null ? 1 : 0;
        }

        foreach (string source in check.Sources)
        {
            context.WriteLine($"Read: {source}");
        }

        foreach (string remark in check.Remarks)
        {
            context.WriteLine($"Note: {remark}");
        }

        if (check.Result is null)
        {
            return context.Fail(string.Join(Environment.NewLine, check.Mistakes));
        }

        context.WriteTable(Providers(check.Result));
        context.WriteTable(Models(check.Result));
        context.WriteLine("The gateway would start with these settings.");
        return 0;
    }

    private static Table Providers(ConfigurationDocument configuration)
    {
        Table table = new Table().RoundedBorder().AddColumns("provider", "kind", "host", "auth");
        foreach (ProviderDocument provider in configuration.Providers)
        {
            Add(table, provider.Name, provider.Kind, provider.Host ?? "(built in)", provider.Auth);
        }

        return table;
    }

    private static Table Models(ConfigurationDocument configuration)
    {
        Table table = new Table().RoundedBorder().AddColumns("model", "order", "targets", "USD per million, in / out", "context window");
        foreach (ModelDocument model in configuration.Models)
        {
            string name = model.Aliases.Count > 0 ? $"{model.Id} (also {string.Join(", ", model.Aliases)})" : model.Id;
            string order = model.Targets.Count > 1 ? model.Order : "";
            foreach (TargetDocument target in model.Targets)
            {
                Add(table, name, order, model.Order == "weight" ? string.Create(CultureInfo.InvariantCulture, $"{target.Target} x{target.Weight}") : target.Target, Price(target), Tokens(target.ContextWindow));
                (name, order) = ("", "");
            }
        }

        return table;
    }

    private static string Price(TargetDocument target) => target.Price is { } price
        ? string.Create(CultureInfo.InvariantCulture, $"{price.Input} / {price.Output} ({price.Version})")
        : target.PriceByName ? "by the name that is asked for" : "unknown";

    private static string Tokens(int? tokens) => tokens?.ToString("#,0", CultureInfo.InvariantCulture) ?? "";

    private static void Add(Table table, params string[] cells) => table.AddRow([.. cells.Select(Markup.Escape)]);
}
