using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Http;

/// <summary>From the model that a caller asked for to the targets that it may use: the one answer for all endpoints.</summary>
internal static class ModelAccess
{
    /// <summary>Nothing of that name, as far as this caller is to know.</summary>
    public static GatewayError Unknown(Router router, Caller caller, string model) => GatewayError.NotFound($"model: {model}.{OfferedNames.Hint(router, caller, model)}");

    /// <summary>Says what to ask for instead, where the operator does not want <c>provider/model</c>.</summary>
    private static GatewayError NotOffered(Router router, Caller caller, string model)
    {
        Catalog catalog = router.Catalog;
        if (catalog.DirectRoutes == DirectRoutes.On || router.Direct(model)?.Targets[0] is not { } target || !caller.AllowsProvider(target.Provider.Name))
        {
            return Unknown(router, caller, model);
        }

        string[] names = [.. catalog.Naming(target.Provider, target.UpstreamModel).Select(named => named.Model.Id).Where(id => !id.Contains('*', StringComparison.Ordinal) && caller.AllowsModel(id)).Distinct()];
        string rule = catalog.DirectRoutes == DirectRoutes.Off
            ? "This gateway takes no <provider>/<model>"
            : "This gateway takes <provider>/<model> only where it knows the price, and for this one it does not (Gateway:Models:<n>:Price of a model with this target)";
        return GatewayError.NotFound($"model: {model}. {rule}{(names.Length > 0 ? $"; ask for {string.Join(" or ", names)}." : $".{OfferedNames.Hint(router, caller, model)}")}");
    }

    /// <summary>Null and the refusal when there is no such model, or nothing of it for this caller.</summary>
    public static Route? Find(Router router, Caller caller, string model, out GatewayError? error)
    {
        if (Peek(router, caller, model, out error) is not { } route)
        {
            return null;
        }

        // Only now: names that nobody may use fill no memory.
        router.Keep(route.Whole);
        return route.Allowed;
    }

    /// <summary>The same for names that nobody asked for.</summary>
    public static (Route Allowed, Route Whole)? Peek(Router router, Caller caller, string model, out GatewayError? error)
    {
        if (router.Find(model) is not { } route)
        {
            error = NotOffered(router, caller, model);
            return null;
        }

        if (!route.Names.Any(caller.AllowsModel))
        {
            error = GatewayError.Permission($"This key may not use the model '{model}'.{OfferedNames.Hint(router, caller, model)}");
            return null;
        }

        TargetNode? choice = caller.AllowedProviders.Count == 0 ? route.Choice : route.Choice.Only(target => caller.AllowsProvider(target.Provider.Name));
        if (choice is null)
        {
            error = GatewayError.Permission($"This key may not use the provider '{route.Targets[0].Provider.Name}'.");
            return null;
        }

        error = null;
        return (ReferenceEquals(choice, route.Choice) ? route : new Route(route.RequestedModel, route.Model, choice), route);
    }
}
