using Gateway.Settings;

namespace Gateway.Routing;

/// <summary>Which model a name means: exact ids and aliases win, then the first pattern.</summary>
internal static class ModelNames
{
    public static Model? Find(IEnumerable<Model> models, string name) =>
        models.FirstOrDefault(model => !model.IsPattern && model.IsCalled(name)) ?? models.FirstOrDefault(model => model.IsPattern && Router.Matches(model.Id, name));

    /// <summary>What is wrong with how models are called, and with how they name each other.</summary>
    public static IEnumerable<string> Mistakes(IReadOnlyList<Model> models)
    {
        foreach (IGrouping<string, Model> same in models.GroupBy(model => model.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"Gateway:Models holds the Id '{same.Key}' {same.Count()} times, and only the first could be asked for. Put all targets into one entry, or give each an Id of its own.";
        }

        HashSet<string> names = [.. models.Select(model => model.Id)];
        foreach (string alias in models.SelectMany(model => model.Aliases).Where(alias => !names.Add(alias)))
        {
            yield return $"Gateway:Models holds the alias '{alias}' beside another alias or Id of that name. Each name can mean one model: leave one of them out.";
        }

        foreach (string mistake in OtherCapitals(models).Concat(Hidden(models)))
        {
            yield return mistake;
        }

        foreach (Model model in models)
        {
            foreach (TargetEntry entry in model.Targets.Where(entry => entry.Provider is null && Find(models, entry.Model) is null))
            {
                yield return $"Gateway:Models: '{model.Id}' has the target '{entry.Model}', which is no model.{NearMiss.Hint(entry.Model, models.SelectMany(other => other.Aliases.Prepend(other.Id)))} Write it as \"<provider>/<upstream model>\", or as the Id of another model.";
            }

            if (model.Targets.Count > 0 && model.Targets.All(entry => entry.Provider is null) && (model.Price is not null || model.Settings.Count > 0))
            {
                yield return $"Gateway:Models: '{model.Id}' has only models as targets, and those have prices and profiles of their own. Set Price and Profile there.";
            }

            if (Ring(models, model, [model]) is { } ring)
            {
                yield return $"Gateway:Models: '{model.Id}' leads back to itself: {string.Join(" -> ", ring)}. Take one of these targets out.";
            }
        }
    }

    /// <summary>Names of different models that only capitals tell apart: whoever asks for one may get the other. An alias may be another spelling of its own model.</summary>
    private static IEnumerable<string> OtherCapitals(IReadOnlyList<Model> models) => models
        .SelectMany(model => model.Aliases.Prepend(model.Id).Select(name => (Name: name, Model: model)))
        .GroupBy(named => named.Name, StringComparer.OrdinalIgnoreCase)
        .Where(same => same.Select(named => named.Model.Id).Distinct(StringComparer.Ordinal).Skip(1).Any() && same.Select(named => named.Name).Distinct(StringComparer.Ordinal).Skip(1).Any())
        .Select(same => $"Gateway:Models holds the names {string.Join(" and ", same.Select(named => $"'{named.Name}'").Distinct())} for different models, and only capitals tell them apart. Give one of them another name, or make it an alias of the other.");

    /// <summary>Of patterns the first that fits counts, so one that stands behind a wider one is never asked.</summary>
    private static IEnumerable<string> Hidden(IReadOnlyList<Model> models)
    {
        List<Model> before = [];
        foreach (Model model in models.Where(model => model.IsPattern))
        {
            if (before.FirstOrDefault(wider => wider.Id != model.Id && TakesAllOf(wider.Id, model.Id)) is { } hiding)
            {
                yield return $"Gateway:Models: '{model.Id}' can never be asked, because '{hiding.Id}' stands before it and takes every name that it would. Put '{model.Id}' first.";
            }

            before.Add(model);
        }
    }

    /// <summary>A star of the narrow pattern stands for any text, which only a star of the wide one takes.</summary>
    private static bool TakesAllOf(string wide, string narrow) => Router.Matches(wide, narrow.Replace('*', '\uFFFF'));

    /// <summary>The way from a model over those that it names back to itself; null when there is none.</summary>
    private static IEnumerable<string>? Ring(IReadOnlyList<Model> models, Model from, List<Model> way)
    {
        foreach (Model next in way[^1].Targets.Where(entry => entry.Provider is null).Select(entry => Find(models, entry.Model)).OfType<Model>())
        {
            if (ReferenceEquals(next, from))
            {
                return [.. way.Select(model => model.Id), from.Id];
            }

            if (!way.Contains(next, ReferenceEqualityComparer.Instance) && Ring(models, from, [.. way, next]) is { } ring)
            {
                return ring;
            }
        }

        return null;
    }
}
