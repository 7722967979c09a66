using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>
/// What is recognised by its look: keys of well-known makers, addresses inside the operator's network, and the names of
/// the operator's accounts. Every pattern is anchored to the beginning of a word, so that no text takes long.
/// </summary>
internal static partial class PrivateNames
{
    /// <summary>Their pages help the person who reads the error.</summary>
    private static readonly string[] s_makers =
    [
        "openai.com", "anthropic.com", "claude.com", "microsoft.com", "aka.ms", "google.com", "google.dev", "mistral.ai", "groq.com",
        "deepseek.com", "openrouter.ai", "x.ai", "together.ai", "fireworks.ai", "cerebras.ai", "alibabacloud.com", "moonshot.ai", "z.ai",
        "huggingface.co", "github.com", "pydantic.dev", "vllm.ai", "ollama.com", "litellm.ai",
    ];

    public static string Blank(string text)
    {
        text = Urls().Replace(text, m => IsHelp(m.Value) ? m.Value : "[url]");
        text = Keys().Replace(text, "[redacted]");
        text = Bearer().Replace(text, "Bearer [redacted]");
        text = Accounts().Replace(text, "[account]");
        text = Organizations().Replace(text, "$1[organization]");
        text = Hosts().Replace(text, "[address]");
        text = HostArguments().Replace(text, "$1'[address]'");
        text = IPv6().Replace(text, m => IsPrivate(m.Groups[1].Value) ? "[address]" : m.Value);
        return PrivateIPv4().Replace(text, "[address]");
    }

    /// <summary>Members of an error object that name the operator's account.</summary>
    public static bool IsAccount(string member) =>
        member is "organization" or "organization_id" or "organizationId" or "org" or "org_id" or "project_id" or "user_id" or "account_id" or "subscription_id";

    /// <summary>A host that is everyone's: saying it tells nothing about the operator.</summary>
    public static bool IsMakers(string host) =>
        s_makers.Any(maker => host.EndsWith(maker, StringComparison.OrdinalIgnoreCase) && (host.Length == maker.Length || host[^(maker.Length + 1)] == '.'));

    /// <summary>A page to read: no parameters, and either a maker's or documentation on a host of the internet.</summary>
    private static bool IsHelp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.UserInfo.Length == 0
        && (IsMakers(url.Host)
            || (url.AbsolutePath.Contains("/docs", StringComparison.Ordinal) && url.HostNameType == UriHostNameType.Dns
                && url.Host.Contains('.', StringComparison.Ordinal) && !Hosts().IsMatch(url.Host)));

    private static bool IsPrivate(string address)
    {
        if (!IPAddress.TryParse(address, out IPAddress? ip) || ip.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        return ip.IsIPv4MappedToIPv6
            ? PrivateIPv4().IsMatch(ip.MapToIPv4().ToString())
            : IPAddress.IsLoopback(ip) || ip.IsIPv6LinkLocal || ip.IsIPv6SiteLocal || ip.IsIPv6UniqueLocal;
    }

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{1,20}:(?:\\*/){2}[^\s""'<>)]+", RegexOptions.IgnoreCase)]
    private static partial Regex Urls();

    /// <summary>Forms such as <c>sk-...abcd</c> and <c>sk-ab****yz</c> are masked already and help to find out which key is meant.</summary>
    [GeneratedRegex(@"\b(?:(?:sk|gsk|xai)[-_](?>[A-Za-z0-9_-]{3,}(?:\.[A-Za-z0-9_-]+)*)|(?:pk|rk|hf|r8|fw|csk|pplx|nvapi|ghp|github_pat|tgp)[-_](?>[A-Za-z0-9_-]{16,})|AIza(?>[A-Za-z0-9_-]{10,})|AKIA(?>[A-Z0-9]{12,})|eyJ(?>[A-Za-z0-9_-]{10,})\.(?>[A-Za-z0-9_-]{5,})(?:\.[A-Za-z0-9_-]*)?)(?![*•…]|\.\.)", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();

    [GeneratedRegex(@"\bBearer\s+(?>[A-Za-z0-9._~+/=-]{8,})(?![*•…])", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    [GeneratedRegex(@"\b(?:org|proj)[-_](?=[A-Za-z0-9]*\d|[A-Za-z0-9]{12})[A-Za-z0-9]{6,}|/subscriptions/[0-9a-f-]{8,}[^\s""']*|\bprojects/[A-Za-z0-9-]{4,}|\bproject(?:_number:|\s+(?:number\s+)?)\d{6,}|\b[\w.-]{1,100}@[\w-]{1,100}\.iam\.gserviceaccount\.com", RegexOptions.IgnoreCase)]
    private static partial Regex Accounts();

    [GeneratedRegex(@"(\b(?:in\s+organi[sz]ation\s+|organi[sz]ation(?:[ _](?:id|name))?\s*[:=]\s*)['""`]?)(?!\[)[^\s'""`.,;:()]+", RegexOptions.IgnoreCase)]
    private static partial Regex Organizations();

    [GeneratedRegex(@"(?<![\w.-])(?:(?:[a-z0-9_-]+\.)+(?:internal|local|localdomain|lan|corp|intranet|private|svc|consul|home\.arpa)(?![\w-])|localhost(?![\w-])|ip(?:-\d{1,3}){4}(?:\.[a-z0-9-]+)*)(?::\d{1,5})?", RegexOptions.IgnoreCase)]
    private static partial Regex Hosts();

    /// <summary>As the errors of Python's HTTP libraries say it.</summary>
    [GeneratedRegex(@"(\b(?:host|hostname|server)\s*=\s*)['""][^'""\s]{1,255}['""]", RegexOptions.IgnoreCase)]
    private static partial Regex HostArguments();

    [GeneratedRegex(@"(?<![\w.])(?:10(?:\.\d{1,3}){3}|127(?:\.\d{1,3}){3}|169\.254(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|192\.168(?:\.\d{1,3}){2}|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d{1,3}){2}|0\.0\.0\.0)(?!\.?\d)(?::\d{1,5})?")]
    private static partial Regex PrivateIPv4();

    [GeneratedRegex(@"(?<![\w:.])\[?((?:[0-9a-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4})(?:%\w{1,20})?)\]?(?::\d{1,5})?", RegexOptions.IgnoreCase)]
    private static partial Regex IPv6();
}
