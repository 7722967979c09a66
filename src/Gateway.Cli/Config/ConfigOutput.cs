using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Reload;
using Gateway.Routing;

namespace Gateway.Cli.Config;

/// <summary>The outcome of a check as JSON, or as tables for people. Mistakes go to stderr, each on a line of its own.</summary>
internal static class ConfigOutput
{
    private static readonly Column<ProviderDocument>[] s_providers =
    [
        new("provider", provider => provider.Name, Least: 24),
        new("kind", provider => provider.Kind, ColumnKind.Whole),
        new("host", provider => provider.Host ?? "(built in)", Rank: 1),
        new("auth", provider => provider.Auth, Rank: 2),
    ];

    private static readonly Column<RouteRow>[] s_routes =
    [
        new("model", route => route.Model, Least: 20),
        new("order", route => route.Order, ColumnKind.Whole, Rank: 4),
        new("target", route => route.Target, Least: 20, Rank: 1),
        new("USD per million, in / out", route => route.Price, ColumnKind.Whole, Rank: 2),
        new("context window", route => route.ContextWindow, ColumnKind.Number, Rank: 3),
    ];

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

        context.WriteTable(check.Result.Providers, s_providers);
        context.WriteLine("");
        context.WriteTable([.. check.Result.Models.SelectMany(Routes)], s_routes);
        context.WriteLine("The gateway would start with these settings.");
        return 0;
    }

    private static IEnumerable<RouteRow> Routes(ModelDocument model) => model.Targets.Select(target => new RouteRow(
        model.Aliases.Count > 0 ? $"{model.Id} (also {string.Join(", ", model.Aliases)})" : model.Id,
        model.Targets.Count > 1 ? model.Order : null,
        model.Order == "weight" ? string.Create(CultureInfo.InvariantCulture, $"{target.Target} x{target.Weight}") : target.Target,
        Price(target),
        target.ContextWindow is { } tokens ? Texts.Count(tokens) : null));

    private static string Price(TargetDocument target) => target.Price is { } price
        ? string.Create(CultureInfo.InvariantCulture, $"{price.Input} / {price.Output} ({price.Version})")
        : target.PriceByName ? "by the name that is asked for" : "unknown";

    private sealed record RouteRow(string Model, string? Order, string Target, string Price, string? ContextWindow);
}
