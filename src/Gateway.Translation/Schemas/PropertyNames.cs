using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Json;

namespace Gateway.Translation.Schemas;

/// <summary>
/// Anthropic takes 64 characters of <c>[A-Za-z0-9_.-]</c> as the name of a property at the top, and refuses all tools for
/// one other, such as <c>filter[id]</c>. A name that does not fit gets one that depends on the schema only, so that it is
/// the same on every turn and instance.
/// </summary>
internal static class PropertyNames
{
    private const int MaxLength = 64;
    private const int KeptLength = 55;

    public static bool Fit(JsonElement schema)
    {
        JsonElement properties = schema.Member("properties"u8);
        return !properties.IsObject() || properties.EnumerateObject().All(static property => Fits(property.Name));
    }

    /// <summary>Renames the properties at the top that do not fit.</summary>
    /// <returns>From the names that were given out to the client's own.</returns>
    public static IReadOnlyDictionary<string, string> Shorten(JsonObject schema)
    {
        Dictionary<string, string> originals = [];
        if (schema["properties"] is not JsonObject properties || properties.All(static property => Fits(property.Key)))
        {
            return originals;
        }

        Dictionary<string, string> given = [];
        JsonObject renamed = [];
        foreach ((string name, JsonNode? property) in properties)
        {
            string fitting = Fits(name) ? name : Fitting(name, taken => properties.ContainsKey(taken) || originals.ContainsKey(taken));
            renamed[fitting] = property?.DeepClone();
            if (fitting != name)
            {
                originals[fitting] = name;
                given[name] = fitting;
            }
        }

        schema["properties"] = renamed;
        if (schema["required"] is JsonArray required)
        {
            schema["required"] = required.Select(name => given.GetValueOrDefault(name.AsName(), name.AsName())).Distinct().ToNames();
        }

        return originals;
    }

    private static string Fitting(string name, Func<string, bool> isTaken)
    {
        string kept = new([.. name.Take(MaxLength).Select(static c => IsAllowed(c) ? c : '_')]);
        if (kept.Length > 0 && name.Length <= MaxLength && !isTaken(kept))
        {
            return kept;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8];
        return $"{kept[..Math.Min(kept.Length, KeptLength)]}_{hash}";
    }

    private static bool Fits(string name) => name.Length is > 0 and <= MaxLength && name.All(IsAllowed);

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';
}
