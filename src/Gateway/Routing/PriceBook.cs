using Gateway.Routing.Prices;
using Gateway.Translation.Hub;

namespace Gateway.Routing;

/// <summary>What the models of a provider cost, for answers that another model gave than the one that was asked.</summary>
public sealed class PriceBook(Catalog catalog)
{
    /// <summary>
    /// The price of the model that answered, and whether it is known. The operator's own price of a target is not given up
    /// for a public one.
    /// </summary>
    /// <param name="target">Was asked.</param>
    /// <param name="answered">As the upstream named it.</param>
    public (Price? Price, bool Known) Of(Target target, string answered)
    {
        if (answered == target.UpstreamModel)
        {
            return (target.Price, true);
        }

        Price? usual = PriceList.BuiltIn(target.Provider, target.UpstreamModel, target.PricedOn);
        bool isPublic = target.Price is null || target.Price == usual;
        if (usual is { IsFree: true } && isPublic && !ModelName.IsAnother(target.UpstreamModel, answered))
        {
            // What was asked for free stays so when the answer leaves the mark away.
            return (target.Price, true);
        }

        bool another = ModelName.IsAnother(target.UpstreamModel, answered);
        Price? found = (another ? catalog.PriceOf(target.Provider, answered) : null)
            ?? (isPublic ? PriceList.BuiltIn(target.Provider, answered, target.PricedOn) : null);

        // An operator's own price is for what stands behind the target, whatever that calls itself.
        bool covered = !another || (!isPublic && !ModelName.IsSibling(target.UpstreamModel, answered));
        return found is null ? (target.Price, covered) : (found, true);
    }
}
