using Gateway.Routing.Prices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Routing;

/// <summary>
/// The offered models that cost what nobody said. No budget counts them, which an operator should know before the bill:
/// one line says it at the start, and whoever sets a budget is told.
/// </summary>
public sealed partial class UnpricedModels(LiveRouter live, ILoggerFactory loggers) : IHostedService
{
    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Routing.UnpricedModels");

    /// <summary>Their ids, and of patterns those that no list of prices covers; in the operator's order.</summary>
    public IEnumerable<string> Names => live.Now is { } router ? router.Catalog.Models.Where(model => IsUnpriced(router, model)).Select(model => model.Id) : [];

    /// <summary>What whoever has just set a budget should know; null when everything has a price.</summary>
    public string? Warning => Names.ToList() is { Count: > 0 } names
        ? $"No price is known for {string.Join(", ", names)}: {(live.Now.Catalog.RefusesUnpriced ? "callers with a budget may not use that" : "what that costs counts toward no budget")}. Set Gateway:Models:<n>:Price."
        : null;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Warn();
        return Task.CompletedTask;
    }

    /// <summary>Says it for all that is offered now.</summary>
    internal void Warn()
    {
        if (Names.ToList() is { Count: > 0 } names)
        {
            NoPrice(_logger, string.Join(", ", names));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsUnpriced(Router router, Model model) => model.IsPattern
        ? model.Price is null && model.Targets.Any(entry => entry.Price is null && entry.Provider is { } name && !HasList(router.Catalog.Providers[name]))
        : router.Find(model.Id)?.Targets.Any(target => target.Price is null) == true;

    /// <summary>Of names that nobody has asked for yet, it is only known where prices are known at all.</summary>
    private static bool HasList(Provider provider) => provider.Kind == ProviderKind.Echo
        || (Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? url) && BuiltInPrices.HasList(url.Host));

    [LoggerMessage(40, LogLevel.Warning, "No price is known for {Models}: what they cost counts toward no budget. Set Gateway:Models:<n>:Price")]
    private static partial void NoPrice(ILogger logger, string models);
}
