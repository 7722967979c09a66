using System.Text;
using System.Text.Json.Serialization;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Alerts;

/// <summary>In which form a webhook takes alerts.</summary>
public enum WebhookFormat
{
    /// <summary>The alert itself.</summary>
    [JsonStringEnumMemberName("json")]
    Json,

    /// <summary>An incoming webhook of Slack.</summary>
    [JsonStringEnumMemberName("slack")]
    Slack,

    /// <summary>A Workflows webhook of Microsoft Teams.</summary>
    [JsonStringEnumMemberName("teams")]
    Teams,
}

/// <summary>Who hears of alerts: the settings <c>Gateway:Alerts</c>.</summary>
internal sealed record AlertOptions(IReadOnlyList<WebhookOptions> Webhooks)
{
    private const string Section = "Gateway:Alerts:Webhooks";

    /// <summary>Shorter ones can be guessed.</summary>
    private const int ShortestSecret = 16;

    private const string EncodedSecret = "whsec_";

    /// <exception cref="ConfigurationException">A webhook can never work; all mistakes are named, and no secret is.</exception>
    public static AlertOptions Read(IConfiguration configuration)
    {
        List<string> errors = [];
        AlertOptions options = new([.. configuration.GetSection(Section).GetChildren().Select(section => ReadOne(section, errors)).OfType<WebhookOptions>()]);
        return errors.Count == 0 ? options : throw new ConfigurationException(errors);
    }

    private static WebhookOptions? ReadOne(IConfigurationSection section, List<string> errors)
    {
        int before = errors.Count;
        string url = section["Url"] ?? "";
        if (ProblemOfUrl(url) is { } problem)
        {
            errors.Add($"{section.Path}:Url {problem} Set it to the https address that the receiver gave.");
        }

        byte[]? secret = ReadSecret(section, errors);
        WebhookFormat format = WebhookFormat.Json;
        if (section["Format"] is { Length: > 0 } text && (!Enum.TryParse(text, ignoreCase: true, out format) || !Enum.IsDefined(format) || !text.All(char.IsAsciiLetter)))
        {
            errors.Add($"{section.Path}:Format is {SettingProblems.Quote(text)}. Known: json, slack, teams.");
        }

        List<string> events = [];
        foreach (IConfigurationSection item in section.GetSection("Events").GetChildren())
        {
            string name = item.Value ?? "";
            if (!AlertEvents.All.Contains(name, StringComparer.Ordinal) && !AlertEvents.All.Select(AlertEvents.GroupOf).Contains(name, StringComparer.Ordinal))
            {
                errors.Add($"{item.Path} is {SettingProblems.Quote(name)}. Known: {string.Join(", ", AlertEvents.All.Select(AlertEvents.GroupOf).Distinct())} for all of a kind, or {string.Join(", ", AlertEvents.All)}. Leave Events out for all.");
            }

            events.Add(name);
        }

        return errors.Count > before ? null : new WebhookOptions(section.Key, new Uri(url), secret, format, events);
    }

    /// <summary>Null when it can be called. Its path is a secret with most receivers, so it is never repeated.</summary>
    private static string? ProblemOfUrl(string url) =>
        url.Length == 0 ? "is missing."
        : url.Any(c => c is <= ' ' or >= '\u007F') || !Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Host.Length == 0 ? "is no address."
        : parsed.UserInfo.Length > 0 ? "holds a user or password, which is not sent."
        : url.Contains('#', StringComparison.Ordinal) ? "holds a '#', after which nothing reaches the receiver."
        : parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.IsLoopback) ? null
        : "is not https, which only addresses of this machine need not be.";

    private static byte[]? ReadSecret(IConfigurationSection section, List<string> errors)
    {
        if (section["Secret"] is not { Length: > 0 } secret)
        {
            return null;
        }

        if (SettingProblems.OfKey(secret) is { } problem)
        {
            errors.Add($"{section.Path}:Secret {problem}");
            return null;
        }

        if (!secret.StartsWith(EncodedSecret, StringComparison.Ordinal))
        {
            byte[] plain = Encoding.UTF8.GetBytes(secret);
            return plain.Length >= ShortestSecret ? plain : TooShort();
        }

        byte[] decoded = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[EncodedSecret.Length..], decoded, out int length) && length >= ShortestSecret ? decoded[..length] : TooShort();

        byte[]? TooShort()
        {
            errors.Add($"{section.Path}:Secret must be a text of {ShortestSecret} characters or more, or '{EncodedSecret}' and the base64 of as many bytes. 'openssl rand -base64 32' makes one.");
            return null;
        }
    }
}

/// <summary>One receiver of alerts.</summary>
/// <param name="Name">Its key in the settings: what logs and lists call it.</param>
/// <param name="Url">A secret with most receivers.</param>
/// <param name="Secret">Signs what is sent; null: not signed.</param>
/// <param name="Format">What it takes.</param>
/// <param name="Events">What it wants to hear of; none means all.</param>
internal sealed record WebhookOptions(string Name, Uri Url, byte[]? Secret, WebhookFormat Format, IReadOnlyList<string> Events)
{
    public bool Takes(string name) =>
        Events.Count == 0 || Events.Contains(name, StringComparer.Ordinal) || Events.Contains(AlertEvents.GroupOf(name), StringComparer.Ordinal);

    /// <summary>A record would print the address.</summary>
    public override string ToString() => Name;
}
