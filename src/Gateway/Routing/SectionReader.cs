using System.Globalization;
using Gateway.Settings;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Reads single settings of the catalogue. Mistakes are added to the errors, with the key and the cure.</summary>
internal sealed class SectionReader(List<string> errors)
{
    private const string UnresolvedSecret = "@Microsoft.KeyVault(";

    /// <summary>What a timer can wait at most, in seconds.</summary>
    private const double LongestSeconds = 86_400;

    public List<string> Errors => errors;

    public void Add(string error) => errors.Add(error);

    public int? Whole(IConfigurationSection section, string key, string unit)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && number > 0)
        {
            return number;
        }

        errors.Add($"{section.Path}:{key} is '{text}'. Set it to a whole number of {unit}.");
        return null;
    }

    /// <summary>A number that is not negative.</summary>
    public double? Number(IConfigurationSection section, string key, double most, string cure)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return null;
        }

        if (TryParse(text, out double number) && number >= 0 && number <= most)
        {
            return number;
        }

        errors.Add($"{section.Path}:{key} is '{text}'. {cure}");
        return null;
    }

    /// <summary>No number: the names are what is promised.</summary>
    public UpstreamApi? Api(IConfigurationSection section)
    {
        if (section["Api"] is not { Length: > 0 } text)
        {
            return null;
        }

        if (Enum.GetNames<UpstreamApi>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return Enum.Parse<UpstreamApi>(known);
        }

        errors.Add($"{section.Path}:Api is {SettingProblems.Quote(text)}. Set it to chat, responses, messages or auto.");
        return null;
    }

    /// <summary>Messages is asked for where nobody knows an endpoint of that form.</summary>
    public void CheckApi(string setting, UpstreamApi? api, Provider provider)
    {
        if (api == UpstreamApi.Messages && provider.Kind is ProviderKind.OpenAi or ProviderKind.AzureOpenAi && provider.AtMessages() is null)
        {
            errors.Add($"{setting} is messages, and no endpoint of that form is known at the provider '{provider.Name}'. Set its MessagesUrl to what comes before /v1/messages, or set Api to chat, responses or auto.");
        }
    }

    public TargetTimes Times(IConfigurationSection section) => new()
    {
        FirstByte = Seconds(section, "FirstByteSeconds"),
        Idle = Seconds(section, "IdleSeconds"),
        Whole = Seconds(section, "WholeSeconds"),
        NextTarget = Seconds(section, "NextTargetSeconds"),
    };

    public List<ProfileSetting> Profile(IConfigurationSection section)
    {
        List<ProfileSetting> settings = [];
        if (section.Value is { Length: > 0 })
        {
            errors.Add($"{section.Path} is a single value. Write an object with the flags of docs/providers.md.");
        }

        foreach (IConfigurationSection flag in section.GetChildren())
        {
            // An empty JSON list arrives as an empty text: both are values, not absent keys.
            List<string> values = [.. flag.GetChildren().Select(child => child.Value ?? "")];
            values = values.Count > 0 ? values : [flag.Value ?? "null"];
            if (ProfileFlags.TrySet(Translation.Profiles.Profile.Default, flag.Key, values) is null)
            {
                errors.Add(ProfileFlags.Names.Contains(flag.Key, StringComparer.OrdinalIgnoreCase)
                    ? $"{flag.Path} is '{string.Join(", ", values)}', which this flag does not know. See docs/providers.md."
                    : $"{flag.Path} is no profile flag.{NearMiss.Hint(flag.Key, ProfileFlags.Names)} Known flags: {string.Join(", ", ProfileFlags.Names)}.");
                continue;
            }

            settings.Add(new ProfileSetting(flag.Key, values));
        }

        return settings;
    }

    public void CheckName(string setting, string name)
    {
        if ((name.Length > 0 ? ModelName.Problem(name) : null) is { } problem)
        {
            errors.Add($"{setting} {problem}.");
        }
        else if (name.Trim().Length != name.Length)
        {
            errors.Add($"{setting} has white space around a name. Write the name alone.");
        }
    }

    public void CheckKey(string setting, string? key)
    {
        if (key is { Length: > 0 } && !IsUnresolved(key) && SettingProblems.OfKey(key) is { } problem)
        {
            errors.Add($"{setting} {problem}");
        }
    }

    public void CheckUrl(string setting, string url)
    {
        if (!IsUnresolved(url) && SettingProblems.OfBaseUrl(url) is { } problem)
        {
            errors.Add($"{setting} {problem}");
        }
    }

    public static bool IsUnresolved(string? value) => value?.StartsWith(UnresolvedSecret, StringComparison.OrdinalIgnoreCase) == true;

    private TimeSpan? Seconds(IConfigurationSection section, string key)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return null;
        }

        if (TryParse(text, out double seconds) && seconds > 0 && seconds <= LongestSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        errors.Add($"{section.Path}:{key} is '{text}'. Set it to a number of seconds above 0 and up to {LongestSeconds}.");
        return null;
    }

    private static bool TryParse(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
}
