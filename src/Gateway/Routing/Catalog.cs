using Gateway.Routing.Prices;
using Gateway.Translation.Profiles;

namespace Gateway.Routing;

/// <summary>How a provider is spoken to.</summary>
public enum ProviderKind
{
    /// <summary>Chat Completions at <c>{BaseUrl}/chat/completions</c>.</summary>
    OpenAi,

    /// <summary>Azure OpenAI: the same form, a key in <c>api-key</c> or a managed identity.</summary>
    AzureOpenAi,

    /// <summary>Messages at <c>{BaseUrl}/v1/messages</c>.</summary>
    Anthropic,

    /// <summary>Built in: Chat Completions without a network, for trying things out.</summary>
    Echo,
}

/// <summary>One server, or one account at a provider.</summary>
public sealed record Provider(string Name, ProviderKind Kind, string BaseUrl)
{
    /// <summary>Null: Azure's services get a token of the gateway's identity, other servers nothing.</summary>
    public string? ApiKey { get; init; }

    /// <summary>For whom a token of the gateway's identity is, where there is no key: as set, or by the host. Null: no token is sent.</summary>
    public string? TokenScope
    {
        get => field ?? TokenScopes.Of(Kind, BaseUrl);
        init;
    }

    /// <summary>Null: by the host.</summary>
    public UpstreamApi? Api { get; init; }

    /// <summary>As set: where, beside a base URL of OpenAI's form, is an endpoint of Anthropic's. Null: the host says it, if it is known.</summary>
    public string? MessagesUrl { get; init; }

    /// <summary>As set, or by kind and host. Each request asks: it is found out once.</summary>
    public ProviderAuth Auth { get; init; } = ProviderAuths.Of(Kind, BaseUrl);

    /// <summary>What goes out with each call beside it. Values may be secrets.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>How another cloud is shown who the gateway is; null where a key or a token of its identity does that.</summary>
    internal CloudAccess? Cloud { get; init; }

    /// <summary>Where on Vertex AI its models are; null for servers that take Messages as they are.</summary>
    internal VertexPlace? Vertex { get; init; }

    /// <summary>Betas and fields that it does not know. Null: its kind and host say them.</summary>
    internal StripList? Strips { get; init; }

    /// <summary>Refuses newer versions of the API for some of its models.</summary>
    internal bool TakesFirstVersionOnly => Vertex is not null || Cloud is AwsSigning { Service: AwsSigning.Bedrock };

    /// <summary>All keys of the account, or of several accounts there; <see cref="ApiKey"/> is the first of them, or the one of a target.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Which of several keys this is, from 1; 0 when there is nothing to choose. For people: the key itself is secret.</summary>
    public int KeyNumber { get; init; }

    public IReadOnlyList<ProfileSetting> Settings { get; init; } = [];

    /// <summary>How many calls of all its models run at once; null is without bound.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>As set, or by the host. Each request asks: it is found out once.</summary>
    public BillingRule Billing { get; init; } = WellKnownProvider.Of(Kind, BaseUrl)?.Billing ?? BillingRule.Tokens;

    /// <summary>The same account at its endpoint of Anthropic's form; null where none is known beside this one.</summary>
    internal Provider? AtMessages()
    {
        if (Kind != ProviderKind.OpenAi || (MessagesUrl ?? MessagesEndpoint.UrlBeside(BaseUrl)) is not { } url)
        {
            return null;
        }

        bool isUsual = Auth == ProviderAuths.Of(Kind, BaseUrl);
        return this with { Kind = ProviderKind.Anthropic, BaseUrl = url, Auth = isUsual ? ProviderAuths.Of(ProviderKind.Anthropic, url) : Auth };
    }

    /// <summary>Never in logs.</summary>
    public override string ToString() => $"{Name} ({Kind})";
}

/// <summary>A profile flag from the configuration; an empty list is a value.</summary>
public sealed record ProfileSetting(string Name, IReadOnlyList<string> Values);

/// <summary>Which of a model's targets is asked first, among those that are well.</summary>
public enum TargetOrder
{
    /// <summary>As they are written.</summary>
    Preference,

    /// <summary>At random, as often as their weights say.</summary>
    Weight,

    /// <summary>The one at which the request costs least.</summary>
    Cheapest,

    /// <summary>The one that begins to answer soonest.</summary>
    Fastest,
}

/// <summary>What is done when a filter of an upstream refuses a request.</summary>
public enum ContentFilterRule
{
    /// <summary>The client gets the refusal.</summary>
    Answer,

    /// <summary>The next target is asked.</summary>
    Next,
}

/// <summary>A model, or a pattern of models, that clients may ask for.</summary>
/// <param name="Id">May hold <c>*</c> anywhere.</param>
/// <param name="DisplayName">What a model picker shows.</param>
/// <param name="Targets">Where it is served, in order of preference.</param>
public sealed record Model(string Id, string DisplayName, IReadOnlyList<TargetEntry> Targets)
{
    /// <summary>Other names, without <c>*</c>, that mean the same.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public TargetOrder Order { get; init; }

    public IReadOnlyList<ProfileSetting> Settings { get; init; } = [];

    /// <summary>Tokens of input and output together, as far as known.</summary>
    public int? ContextWindow { get; init; }

    public int? MaxOutputTokens { get; init; }

    public ContentFilterRule OnContentFilter { get; init; }

    /// <summary>Null: the built-in price of the target, if there is one.</summary>
    public Price? Price { get; init; }

    /// <summary>Null: answers are kept only when a client asks for it.</summary>
    public CacheRule? Cache { get; init; }

    /// <summary>Of its targets, unless they say otherwise.</summary>
    public TargetTimes Times { get; init; } = TargetTimes.Unsaid;

    /// <summary>Of its targets, unless they say otherwise; null: the provider's.</summary>
    public UpstreamApi? Api { get; init; }

    /// <summary>Providers that get the name as it was asked for.</summary>
    public IEnumerable<string> Wildcards => Targets.Where(target => target.Model == "*").Select(target => target.Provider).OfType<string>();

    public bool IsPattern => Id.Contains('*', StringComparison.Ordinal);

    /// <summary>A client that asks for this name means this very model.</summary>
    public bool IsCalled(string name) => Id == name || Aliases.Contains(name, StringComparer.Ordinal);
}

/// <summary>Whether <c>provider/model</c> may be asked for.</summary>
public enum DirectRoutes
{
    /// <summary>Any model of any provider.</summary>
    On,

    /// <summary>Only what somebody said the price of.</summary>
    Priced,

    /// <summary>Only models that the operator named.</summary>
    Off,
}

/// <summary>All that the operator configured, checked.</summary>
public sealed record Catalog(IReadOnlyDictionary<string, Provider> Providers, IReadOnlyList<Model> Models)
{
    public DirectRoutes DirectRoutes { get; init; }

    /// <summary>Nothing is configured: the built-in echo answers, and no model.</summary>
    public bool OnlyEcho { get; init; }

    /// <summary>Whoever has a budget may use only what has a price.</summary>
    public bool RefusesUnpriced { get; init; }

    /// <summary>The models that name this very place, and how they name it; in the operator's order.</summary>
    public IEnumerable<(Model Model, TargetEntry Entry)> Naming(Provider provider, string upstreamModel) =>
        Models.SelectMany(model => model.Targets.Where(entry => Serves(model, entry, provider, upstreamModel)).Select(entry => (model, entry)));

    /// <summary>What this very place costs by the dearest model that names it, since all its names are worth the same. Null when none says.</summary>
    public Price? PriceOf(Provider provider, string upstreamModel) => DearestOf(Naming(provider, upstreamModel));

    /// <summary>The models that name this place as of another day, which upstreams take one for the other: with another date of its snapshot.</summary>
    public IEnumerable<(Model Model, TargetEntry Entry)> NamingOtherDays(Provider provider, string upstreamModel) =>
        Models.SelectMany(model => model.Targets
            .Where(entry => Serves(model, entry with { Model = BuiltInPrices.WithoutDate(entry.Model) }, provider, BuiltInPrices.WithoutDate(upstreamModel)))
            .Select(entry => (model, entry)));

    /// <summary>The price of the dearest; null when none says.</summary>
    public static Price? DearestOf(IEnumerable<(Model Model, TargetEntry Entry)> named) =>
        named.Select(each => each.Entry.Price ?? each.Model.Price).OfType<Price>().MaxBy(price => price.Input + price.Output);

    /// <summary>Some servers do not mind how a model's name is capitalized.</summary>
    private static bool Serves(Model model, TargetEntry entry, Provider provider, string upstreamModel) =>
        provider.Name.Equals(entry.Provider, StringComparison.OrdinalIgnoreCase)
        && (upstreamModel.Equals(entry.Model, StringComparison.OrdinalIgnoreCase)
            || (entry.Model == "*" && Router.Matches(model.Id.ToUpperInvariant(), upstreamModel.ToUpperInvariant())));
}

/// <summary>One place where a request can be served.</summary>
public sealed record Target(Provider Provider, string UpstreamModel, Profile Profile)
{
    /// <summary>Tokens of input and output together, as far as known.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>Null when nobody said what it costs.</summary>
    public Price? Price { get; init; }

    /// <summary>The day whose price that is.</summary>
    public DateOnly PricedOn { get; init; }

    /// <summary>What other models of the provider cost: one of them may answer.</summary>
    public PriceBook? Prices { get; init; }

    /// <summary>How often it is chosen, compared with its neighbours; 0 when no neighbour is left.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Its own patience; null where the gateway's holds.</summary>
    public TargetTimes Times { get; init; } = TargetTimes.Unsaid;

    /// <summary>Over which API it is called, of servers that offer several.</summary>
    public UpstreamApi Api { get; init; }

    /// <summary>The same place at the provider's endpoint of Anthropic's form, where it has one beside.</summary>
    internal Target? InMessagesForm { get; init; }

    /// <summary>Calls at once from one instance; null for any number.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>The model's name in metrics: one that the operator wrote or the price list knows, never one that a client made up.</summary>
    public string Series { get; init; } = UpstreamModel;

    /// <summary>What is known under this name is known of this target: one that takes any name is called by many.</summary>
    internal bool IsSeries(string series) => series == Series || (UpstreamModel.Contains('*', StringComparison.Ordinal) && Router.Matches(UpstreamModel, series));

    /// <summary>The same place with one key of several.</summary>
    internal Target With(string key, int number) => this with
    {
        Provider = Provider with { ApiKey = key, KeyNumber = number },
        Weight = 1,
        InMessagesForm = InMessagesForm?.With(key, number),
    };

    /// <summary>The same model of the same provider; the key may be another.</summary>
    public bool IsServedLike(Target other) => Provider.Name == other.Provider.Name && UpstreamModel == other.UpstreamModel;

    /// <summary>As in the header <c>x-gateway-upstream</c>.</summary>
    public override string ToString() => $"{Provider.Name}/{UpstreamModel}";
}

/// <summary>What the client asked for, and where it can be had.</summary>
/// <param name="RequestedModel">As the client wrote it.</param>
/// <param name="Model">Null when it asked for <c>provider/model</c>.</param>
/// <param name="Choice">Among which targets there is to choose, and how.</param>
public sealed record Route(string RequestedModel, Model? Model, TargetNode Choice)
{
    /// <summary>All of them, in order of preference.</summary>
    public IReadOnlyList<Target> Targets { get; } = [.. Choice.Targets];

    /// <summary>On which it was made: prices hold for days.</summary>
    public DateOnly Day => Targets[0].PricedOn;

    /// <summary>The names under which keys may be allowed to use it: a model's names are worth the same.</summary>
    public IEnumerable<string> Names => Model is { IsPattern: false } ? [RequestedModel, Model.Id, .. Model.Aliases] : [RequestedModel];
}
