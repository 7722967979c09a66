using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Models and providers that a key or a rule is given and that nothing here has: probably slips.</summary>
public static class GrantNames
{
    /// <summary>By the settings at hand; nothing, when there are none or they are not sound.</summary>
    public static IReadOnlyList<string> Warnings(IConfiguration configuration, IEnumerable<string> models, IEnumerable<string> providers)
    {
        try
        {
            return Warnings(CatalogReader.Read(configuration), models, providers);
        }
        catch (ConfigurationException)
        {
            return [];
        }
    }

    /// <summary>A sentence for each.</summary>
    internal static IReadOnlyList<string> Warnings(Catalog catalog, IEnumerable<string> models, IEnumerable<string> providers)
    {
        if (catalog.OnlyEcho)
        {
            return [];
        }

        Router router = new(catalog);
        string[] names = [.. catalog.Models.SelectMany(model => model.Aliases.Prepend(model.Id))];
        string[] places = [.. catalog.Providers.Keys.Order(StringComparer.Ordinal)];
        return
        [
            .. models.Where(model => !IsModel(model)).Select(model => $"No model that is configured here matches '{model}'{Hint(model, names)}"),
            .. providers.Where(provider => !places.Any(name => Share(provider.ToUpperInvariant(), name.ToUpperInvariant()))).Select(provider => $"No provider that is configured here matches '{provider}'{Hint(provider, places)}"),
        ];

        bool IsModel(string pattern) =>
            names.Any(name => Share(pattern, name))
            || router.Find(pattern) is not null
            || (catalog.DirectRoutes != DirectRoutes.Off && places.Any(name => Share(pattern, $"{name}/*")));
    }

    private static string Hint(string text, IEnumerable<string> known) => NearMiss.Of(text, known) is { } meant ? $": did you mean '{meant}'?" : ".";

    /// <summary>There is a text that both patterns match.</summary>
    internal static bool Share(string left, string right)
    {
        // From the end: whether what is left of both can be the same text.
        bool[,] same = new bool[left.Length + 1, right.Length + 1];
        for (int i = left.Length; i >= 0; i--)
        {
            for (int j = right.Length; j >= 0; j--)
            {
                (char? a, char? b) = (i < left.Length ? left[i] : null, j < right.Length ? right[j] : null);
                same[i, j] = (a is null && b is null)
                    || (a == '*' && (same[i + 1, j] || (b is not null && same[i, j + 1])))
                    || (b == '*' && (same[i, j + 1] || (a is not null && same[i + 1, j])))
                    || (a is not null && a == b && same[i + 1, j + 1]);
            }
        }

        return same[0, 0];
    }
}
