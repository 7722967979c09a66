using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Settings;
using Gateway.Translation.Json;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing.Prices;

/// <summary>Reads <c>Gateway:Models:[i]:Price</c>: USD per million tokens of each kind.</summary>
internal sealed class PriceReader(IConfigurationSection section, List<string> errors)
{
    private const string Input = nameof(Price.Input);
    private const string Output = nameof(Price.Output);
    private static readonly string[] s_names = [Input, Output, nameof(Price.CacheRead), nameof(Price.CacheWrite5m), nameof(Price.CacheWrite1h), nameof(Price.WebSearch)];

    /// <summary>Null without the section, and after a mistake, which is added to the errors.</summary>
    public static Price? Read(IConfigurationSection section, List<string> errors) =>
        section.Exists() ? new PriceReader(section, errors).Read() : null;

    private Price? Read()
    {
        int before = errors.Count;
        if (section.Value is { Length: > 0 })
        {
            errors.Add($"{section.Path} is '{section.Value}'. Write an object with {string.Join(", ", s_names)}, in USD per million tokens.");
            return null;
        }

        foreach (IConfigurationSection child in section.GetChildren().Where(c => !s_names.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add($"{child.Path} is no kind of token.{NearMiss.Hint(child.Key, s_names)} Known kinds: {string.Join(", ", s_names)}.");
        }

        decimal? input = Required(Input);
        decimal? output = Required(Output);

        // No discount that nobody spoke of: what is not said costs what input costs.
        decimal read = Optional(nameof(Price.CacheRead)) ?? input ?? 0;
        decimal write5m = Optional(nameof(Price.CacheWrite5m)) ?? input ?? 0;
        decimal write1h = Optional(nameof(Price.CacheWrite1h)) ?? write5m;
        decimal? search = Optional(nameof(Price.WebSearch));
        return errors.Count > before
            ? null
            : new Price(search is { } fee ? VersionOf(input!.Value, output!.Value, read, write5m, write1h, fee) : VersionOf(input!.Value, output!.Value, read, write5m, write1h), input.Value, output.Value)
            {
                WebSearch = search,
                CacheRead = read,
                CacheWrite5m = write5m,
                CacheWrite1h = write1h,
            };
    }

    private decimal? Required(string key)
    {
        if (section[key] is null)
        {
            errors.Add($"{section.Path}:{key} is missing. Set it to USD per million tokens; 0 if they are free.");
            return null;
        }

        return Optional(key);
    }

    private decimal? Optional(string key)
    {
        if (section[key] is not { } text)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal price) && price <= 1_000_000)
        {
            return price;
        }

        errors.Add($"{section.Path}:{key} is '{text}'. Set it to USD per million tokens, such as 2.50.");
        return null;
    }

    /// <summary>The same values have the same version on every instance; <c>2.5</c> and <c>2.50</c> are the same.</summary>
    private static string VersionOf(params decimal[] prices)
    {
        string text = string.Join(';', prices.Select(p => p.ToString("0.############", CultureInfo.InvariantCulture)));
        return $"config-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4))}";
    }
}
