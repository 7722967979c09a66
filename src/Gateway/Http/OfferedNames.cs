using System.Globalization;
using System.Text;
using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Settings;

namespace Gateway.Http;

/// <summary>
/// What a caller may ask for instead, for the error of a model that it may not or that nobody has. Only names that its key
/// may use: for it, others do not exist. What providers offer besides is not asked for here.
/// </summary>
internal static class OfferedNames
{
    private const int Most = 10;
    private const int MaxLength = 800;

    /// <summary>A sentence or two, with a space before.</summary>
    public static string Hint(Router router, Caller caller, string asked)
    {
        Catalog catalog = router.Catalog;
        List<string> names = Of(router, caller);
        if (catalog.OnlyEcho)
        {
            return $" No provider is configured, so only the built-in echo answers, to {string.Join(", ", names)}. Set the key of a provider, such as OPENAI_API_KEY, or write Gateway:Providers and Gateway:Models.";
        }

        List<string> near = [.. NearMiss.Nearest(asked, names)];
        string direct = Direct(catalog, caller);
        if (names.Count == 0)
        {
            return catalog.Models.Count > 0 ? $" This key may use none of the models that this gateway names{(direct.Length > 0 ? $", but {direct}" : "")}. Ask its operator."
                : $" This gateway names no models: its operator can, under Gateway:Models.{(direct.Length > 0 ? $" Ask for {direct}." : "")}";
        }

        StringBuilder hint = new(near.Count > 0 && NearMiss.Of(asked, names) is { } meant ? $" Did you mean {meant}?" : "");
        hint.Append(" This key may use ");
        int shown = 0;
        foreach (string name in near.Concat(names.Except(near)).Take(Most).TakeWhile(name => hint.Length + name.Length < MaxLength))
        {
            hint.Append(shown++ == 0 ? "" : ", ").Append(name);
        }

        hint.Append(shown == names.Count ? "" : string.Create(CultureInfo.InvariantCulture, $" and {names.Count - shown} more (GET /v1/models lists them)"));
        return hint.Append(direct.Length > 0 ? $", or {direct}." : ".").ToString();
    }

    /// <summary>In the operator's order. Of patterns what the key lets through of them.</summary>
    private static List<string> Of(Router router, Caller caller)
    {
        List<string> names = [];
        foreach (Model model in router.Catalog.Models)
        {
            if (!model.IsPattern)
            {
                names.AddRange(model.Aliases.Prepend(model.Id).Where(name => IsFor(router, caller, name)).Take(1));
            }
            else if (model.Targets.Any(target => target.Provider is null || caller.AllowsProvider(target.Provider)))
            {
                names.AddRange(caller.AllowsModel(model.Id) ? [model.Id] : caller.AllowedModels.Where(allowed => Router.Matches(model.Id, allowed) && (allowed.Contains('*', StringComparison.Ordinal) || IsFor(router, caller, allowed))));
            }
        }

        names.AddRange(caller.AllowedModels.Where(allowed => allowed.Contains('/', StringComparison.Ordinal) && !allowed.Contains('*', StringComparison.Ordinal) && IsFor(router, caller, allowed)));
        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static bool IsFor(Router router, Caller caller, string name) =>
        router.Find(name) is { } route && route.Names.Any(caller.AllowsModel)
        && (caller.AllowedProviders.Count == 0 || route.Targets.Any(target => caller.AllowsProvider(target.Provider.Name)));

    /// <summary>Empty where <c>provider/model</c> is not for this caller.</summary>
    private static string Direct(Catalog catalog, Caller caller)
    {
        string[] providers = [.. catalog.Providers.Values.Where(provider => provider.Kind != ProviderKind.Echo && caller.AllowsProvider(provider.Name)).Select(provider => provider.Name)];
        return catalog.DirectRoutes == DirectRoutes.On && caller.AllowedModels.Count == 0 && providers.Length > 0
            ? $"<provider>/<model> with the provider {string.Join(", ", providers.Take(Most))}"
            : "";
    }
}
