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
    /// <summary>Null: Azure OpenAI uses the managed identity, other servers get no key.</summary>
    public string? ApiKey { get; init; }

    public IReadOnlyList<ProfileSetting> Settings { get; init; } = [];

    /// <summary>Never in logs.</summary>
    public override string ToString() => $"{Name} ({Kind})";
}

/// <summary>A profile flag from the configuration; an empty list is a value.</summary>
public sealed record ProfileSetting(string Name, IReadOnlyList<string> Values);

/// <summary>A model, or a pattern of models, that clients may ask for.</summary>
/// <param name="Id">May hold <c>*</c> anywhere.</param>
/// <param name="DisplayName">What a model picker shows.</param>
/// <param name="Targets"><c>provider/upstream model</c>, in order of preference.</param>
public sealed record Model(string Id, string DisplayName, IReadOnlyList<string> Targets)
{
    public IReadOnlyList<ProfileSetting> Settings { get; init; } = [];

    /// <summary>Tokens of input and output together, as far as known.</summary>
    public int? ContextWindow { get; init; }

    public int? MaxOutputTokens { get; init; }

    /// <summary>Null: the built-in price of the target, if there is one.</summary>
    public Price? Price { get; init; }

    /// <summary>Providers that get the name as it was asked for.</summary>
    public IEnumerable<string> Wildcards => Targets.Where(target => target.EndsWith("/*", StringComparison.Ordinal)).Select(target => target[..^2]);

    public bool IsPattern => Id.Contains('*', StringComparison.Ordinal);
}

/// <summary>All that the operator configured, checked.</summary>
public sealed record Catalog(IReadOnlyDictionary<string, Provider> Providers, IReadOnlyList<Model> Models);

/// <summary>One place where a request can be served.</summary>
public sealed record Target(Provider Provider, string UpstreamModel, Profile Profile)
{
    /// <summary>Tokens of input and output together, as far as known.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>Null when nobody said what it costs.</summary>
    public Price? Price { get; init; }

    /// <summary>The model's name in metrics: one that the operator wrote or the price list knows, never one that a client made up.</summary>
    public string Series { get; init; } = UpstreamModel;

    /// <summary>As in the header <c>x-gateway-upstream</c>.</summary>
    public override string ToString() => $"{Provider.Name}/{UpstreamModel}";
}

/// <summary>What the client asked for, and where it can be had, in order of preference.</summary>
public sealed record Route(string RequestedModel, Model? Model, IReadOnlyList<Target> Targets);
