using System.Collections.Concurrent;
using System.Collections.Frozen;
using Gateway.Routing.Prices;
using Gateway.Translation.Profiles;

namespace Gateway.Routing;

/// <summary>From the model that was asked for to the places that serve it. Exact ids win, then the first pattern.</summary>
public sealed class Router(Catalog catalog, TimeProvider? time = null)
{
    /// <summary>Wildcards and direct routes take any name of up to 256 characters; this many are kept, some 2 MB at most.</summary>
    private const int MaxCached = 1000;
    private const string ContextMark = "[1m]";

    private readonly FrozenDictionary<string, Model> _exact = catalog.Models.Where(m => !m.IsPattern)
        .SelectMany(m => m.Aliases.Prepend(m.Id).Select(name => (Name: name, Model: m))).DistinctBy(m => m.Name).ToFrozenDictionary(m => m.Name, m => m.Model, StringComparer.Ordinal);

    private readonly PriceBook _prices = new(catalog);

    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The models by the places that serve them in the end, whatever other models are named on the way. Needed for limits alone.</summary>
    private ILookup<string, Model>? _served;

    public Catalog Catalog => catalog;

    /// <summary>Published prices end with a day (UTC), and a process may live longer.</summary>
    private DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    /// <summary>How many names were kept.</summary>
    internal int Kept => _routes.Count;

    /// <summary>Null when no model of that name is offered.</summary>
    public Route? Find(string requestedModel)
    {
        string name = WithoutMark(requestedModel);
        return _routes.GetValueOrDefault(name) is { } kept && kept.Day == Today ? kept : Resolve(name);
    }

    /// <summary>
    /// All names under which somebody may mean what this route asks for: its own, its targets', with and without the date of a
    /// snapshot, and those of every model that one of these places serves. Whatever limits one of them holds for it.
    /// </summary>
    public IEnumerable<string> NamesOf(Route route)
    {
        string[] places = [.. route.Targets.SelectMany(target => (string[])[target.ToString(), BuiltInPrices.WithoutDate(target.ToString())]).Distinct()];
        return route.Names.Append(route.Model?.Id ?? route.RequestedModel)
            .Concat(places.SelectMany(place => (string[])[place, place[(place.IndexOf('/', StringComparison.Ordinal) + 1)..], place[(place.LastIndexOf('/') + 1)..]]))
            .Concat(ServedAt(places).SelectMany(model => model.Aliases.Prepend(model.Id)));
    }

    /// <summary>The models that lead to one of these places; where none does, those that lead to one of another day.</summary>
    private IEnumerable<Model> ServedAt(string[] places)
    {
        ILookup<string, Model> all = Served();
        IEnumerable<IEnumerable<Model>> found = places.Any(all.Contains)
            ? places.Select(place => all[place])
            : all.Where(served => places.Contains(BuiltInPrices.WithoutDate(served.Key), StringComparer.OrdinalIgnoreCase));
        foreach (Model model in found.SelectMany(served => served))
        {
            yield return model;
        }
    }

    /// <summary>A pattern's own names are many: what it passes on under the name that was asked for is not looked for.</summary>
    private ILookup<string, Model> Served() => _served ??= catalog.Models
        .SelectMany(model => ToNode(model, "*", weight: 1, TargetTimes.Unsaid).Targets.Select(target => (Place: target.ToString(), Model: model)))
        .ToLookup(served => served.Place, served => served.Model, StringComparer.OrdinalIgnoreCase);

    /// <summary>Spares the search from now on. For routes that somebody may use: other names would only take room.</summary>
    public void Keep(Route route)
    {
        if (_routes.GetValueOrDefault(route.RequestedModel)?.Day != route.Day)
        {
            if (_routes.Count >= MaxCached)
            {
                // Whoever made up a thousand names must not keep the good ones out for good.
                _routes.Clear();
            }

            _routes[route.RequestedModel] = route;
        }
    }

    /// <summary>
    /// Claude Code's users choose the large context by a mark behind the name. It is no part of the name: no upstream
    /// knows it. Unless the operator offers a model that has it.
    /// </summary>
    private string WithoutMark(string requested) =>
        requested.Length > ContextMark.Length
        && requested.EndsWith(ContextMark, StringComparison.OrdinalIgnoreCase)
        && !_exact.ContainsKey(requested)
        && !catalog.Models.Any(m => m.Id.EndsWith(ContextMark, StringComparison.OrdinalIgnoreCase) && Matches(m.Id, requested))
            ? requested[..^ContextMark.Length]
            : requested;

    private Route? Resolve(string requested)
    {
        if (ModelOf(requested) is { } model)
        {
            return new Route(requested, model, ToNode(model, requested, weight: 1, TargetTimes.Unsaid));
        }

        return catalog.DirectRoutes != DirectRoutes.Off && Direct(requested) is { } direct && (catalog.DirectRoutes == DirectRoutes.On || direct.Targets.All(target => target.Price is not null))
            ? direct
            : null;
    }

    /// <summary>
    /// The route of <c>provider/model</c>, whether or not the operator lets anybody take it; null when there is no such
    /// provider. What the first model says that names this place holds for it here, too.
    /// </summary>
    internal Route? Direct(string requested)
    {
        TargetEntry asked = TargetEntry.Parse(requested);
        if (asked.Model.Length == 0 || asked.Provider is not { Length: > 0 } name || !catalog.Providers.TryGetValue(name, out Provider? provider))
        {
            return null;
        }

        (Model? model, TargetEntry? entry) = catalog.Naming(provider, asked.Model).FirstOrDefault();
        TargetEntry said = entry is null ? asked : entry with { Provider = asked.Provider, Model = asked.Model, Weight = 1, Price = catalog.PriceOf(provider, asked.Model) };
        TargetNode node = ToNode(said, requested, model, model?.Times ?? TargetTimes.Unsaid);
        return new Route(requested, null, node);
    }

    private Model? ModelOf(string name) =>
        _exact.GetValueOrDefault(name) ?? catalog.Models.FirstOrDefault(m => m.IsPattern && Matches(m.Id, name));

    private TargetNode.Many ToNode(Model model, string requested, double weight, TargetTimes outer)
    {
        // By whatever name it was called, a model's own is what its targets are asked for.
        string name = model.IsPattern ? requested : model.Id;
        TargetTimes times = model.Times.Or(outer);
        TargetNode[] nodes = [.. model.Targets.Select(entry => ToNode(entry, name, model, times))];
        return new TargetNode.Many(model.Id, weight, model.Order, nodes);
    }

    private TargetNode ToNode(TargetEntry entry, string requested, Model? model, TargetTimes times)
    {
        if (entry.Provider is not { } provider)
        {
            return ToNode(ModelOf(entry.Model)!, entry.Model, entry.Weight, times);
        }

        Target target = ToTarget(entry, catalog.Providers[provider], requested, model, entry.Times.Or(times));
        IReadOnlyList<string> keys = target.Provider.ApiKeys;

        // Where clients bring credentials of their own, there are no keys to choose from.
        return keys.Count < 2 || target.Profile.ClientCredential
            ? new TargetNode.One(target)
            : new TargetNode.Many(target.ToString(), target.Weight, TargetOrder.Weight, [.. keys.Select((key, i) =>
                new TargetNode.One(target.With(key, i + 1)))]);
    }

    private Target ToTarget(TargetEntry entry, Provider provider, string requested, Model? model, TargetTimes times)
    {
        string upstream = entry.Model == "*" ? requested : entry.Model;

        DateOnly today = Today;

        // By the client, and not by the operator.
        bool chosen = model is null || !model.Targets.Any(own => own.Model == upstream);
        Target target = new(provider, upstream, ProfileOf(provider, upstream, model))
        {
            ContextWindow = entry.ContextWindow ?? model?.ContextWindow,
            Price = PriceList.Find(catalog, model, entry, provider, upstream, today),
            PricedOn = today,
            Prices = _prices,
            Weight = entry.Weight,
            MaxConcurrent = entry.MaxConcurrent,
            Times = times,
            Series = chosen && !BuiltInPrices.Knows(upstream) ? model?.Id ?? $"{provider.Name}/*" : upstream,
        };
        if (provider.AtMessages() is { } messages)
        {
            target = target with { InMessagesForm = target with { Provider = messages, Profile = ProfileOf(messages, upstream, model) } };
        }

        UpstreamApi api = entry.Api ?? model?.Api ?? provider.Api ?? UpstreamApis.DefaultOf(target);
        return target with { Api = api, InMessagesForm = target.InMessagesForm is { } other ? other with { Api = api } : null };
    }

    /// <summary>Defaults of the family, then of the provider, then what the operator set for the provider and the model.</summary>
    private static Profile ProfileOf(Provider provider, string upstreamModel, Model? model)
    {
        Profile profile = ModelFamilies.ProfileOf(upstreamModel);
        if (WellKnownProvider.Of(provider) is { } known)
        {
            profile = known.Adapt(profile, upstreamModel);
        }

        if (provider.Kind == ProviderKind.Anthropic && IsOfOtherMaker(provider, upstreamModel, out MessagesEndpoint? endpoint))
        {
            profile = (endpoint?.Adapt(profile, upstreamModel) ?? profile) with { AnthropicFields = false, ClaudeThinking = ClaudeThinking.Budget };
        }

        if (provider.Kind == ProviderKind.Echo)
        {
            // It speaks like OpenAI and leaves nothing out.
            profile = Profile.Default;
        }

        foreach (ProfileSetting setting in provider.Settings.Concat(model?.Settings ?? []))
        {
            profile = ProfileFlags.TrySet(profile, setting.Name, setting.Values) ?? profile;
        }

        return model?.MaxOutputTokens is { } max && profile.MaxOutputTokens is null
            ? profile with { MaxOutputTokens = max }
            : profile;
    }

    /// <summary>It speaks Anthropic's form for models that are not Claude. Of a server that nobody knows only its second door shows that.</summary>
    private static bool IsOfOtherMaker(Provider provider, string model, out MessagesEndpoint? endpoint) =>
        (endpoint = MessagesEndpoint.ByHost(provider.BaseUrl)) is { } known ? !known.IsClaude(model) : provider.MessagesUrl is not null && !MessagesEndpoint.IsCalledClaude(model);

    /// <summary>Compares with a pattern whose <c>*</c> stands for any text, also none.</summary>
    public static bool Matches(string pattern, string text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).Trim('*').IsEmpty;
    }
}
