using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Http;

/// <summary>The page at <c>/dashboard</c>: the settings <c>Gateway:Dashboard</c>.</summary>
/// <param name="Enabled">Whether it is served.</param>
/// <param name="SignIn">Where people sign in who have no key; null for nowhere.</param>
public sealed record DashboardOptions(bool Enabled, SignInOptions? SignIn)
{
    internal const string EnabledSetting = Section + ":Enabled";
    internal const string IssuerSetting = Section + ":Issuer";

    private const string Section = "Gateway:Dashboard";
    private const string ClientId = Section + ":ClientId";
    private const string Scope = Section + ":Scope";
    private const string Token = Section + ":Token";

    private const string UsualScope = "openid profile email";

    /// <summary>What an ID token is asked for with.</summary>
    private const string OpenId = "openid";

    private static readonly string[] s_tokens = ["access", "id"];

    /// <exception cref="ConfigurationException">Something can never work; all mistakes are named.</exception>
    public static DashboardOptions Read(IConfiguration configuration)
    {
        List<string> errors = [];
        bool enabled = true;
        if (Said(EnabledSetting) is { } word && !bool.TryParse(word, out enabled))
        {
            errors.Add($"{EnabledSetting} is '{word}'. Set it to true or false.");
        }

        SignInOptions? signIn = ReadSignIn(Said(IssuerSetting), Said(ClientId), Said(Scope), Said(Token), errors);
        return errors.Count == 0 ? new DashboardOptions(enabled, signIn) : throw new ConfigurationException(errors);

        string? Said(string setting) => configuration[setting]?.Trim() is { Length: > 0 } text ? text : null;
    }

    private static SignInOptions? ReadSignIn(string? issuer, string? clientId, string? scope, string? token, List<string> errors)
    {
        if (issuer is null && clientId is null)
        {
            errors.AddRange(new[] { (Scope, scope), (Token, token) }.Where(setting => setting.Item2 is not null).Select(setting => $"{setting.Item1} is for signing in at an issuer. Set {IssuerSetting} and {ClientId}, too, or leave it out."));
            return null;
        }

        if (issuer is null || clientId is null)
        {
            (string missing, string there, string what) = issuer is null ? (IssuerSetting, ClientId, "the address of the issuer") : (ClientId, IssuerSetting, "the id under which the issuer knows the dashboard");
            errors.Add($"{missing} is missing. Set it to {what}, or leave {there} out.");
        }

        if (issuer is not null && ProblemOfIssuer(issuer) is { } problem)
        {
            errors.Add($"{IssuerSetting} {problem}. Set it to the address that the tokens have in 'iss', such as https://login.microsoftonline.com/TENANT-ID/v2.0.");
        }

        if (clientId?.All(IsVisible) == false)
        {
            errors.Add($"{ClientId} holds a space or a character that is not ASCII. Write it as the issuer shows it.");
        }

        scope ??= UsualScope;
        string[] scopes = scope.Split(' ');
        if (!scopes.All(part => part.Length > 0 && part.All(c => IsVisible(c) && c is not ('"' or '\\'))))
        {
            errors.Add($"{Scope} is '{scope}'. Write scopes with one space between them, such as '{UsualScope}'.");
        }

        token ??= s_tokens[0];
        if (!s_tokens.Contains(token, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add($"{Token} is '{token}'.{NearMiss.Hint(token, s_tokens)} Set it to access (the token that the issuer gives out for the gateway) or id (the one that says who signed in).");
        }

        bool isId = token.Equals(s_tokens[1], StringComparison.OrdinalIgnoreCase);
        if (isId && !scopes.Contains(OpenId, StringComparer.Ordinal))
        {
            errors.Add($"{Token} is 'id', and {Scope} lacks '{OpenId}', without which issuers give no such token. Add it.");
        }

        return new SignInOptions(issuer ?? "", clientId ?? "", scope, isId);
    }

    /// <summary>Null when its discovery document can be read. What may hold a secret is not repeated.</summary>
    private static string? ProblemOfIssuer(string issuer) =>
        issuer.Any(c => !IsVisible(c)) || !Uri.TryCreate(issuer, UriKind.Absolute, out Uri? parsed) || parsed.Host.Length == 0 ? "is no address"
        : parsed.UserInfo.Length > 0 || issuer.Contains('?', StringComparison.Ordinal) || issuer.Contains('#', StringComparison.Ordinal) ? "holds a user, a query or a '#'"
        : parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.IsLoopback) ? null
        : "is not https, which only addresses of this machine need not be";

    private static bool IsVisible(char c) => c is > ' ' and < '\u007F';
}

/// <summary>Where people sign in to the dashboard.</summary>
/// <param name="Issuer">As tokens have it in <c>iss</c>.</param>
/// <param name="ClientId">Under which it knows the dashboard.</param>
/// <param name="Scope">What is asked for.</param>
/// <param name="UsesIdToken">Whether the gateway is shown the ID token; else the access token.</param>
public sealed record SignInOptions(string Issuer, string ClientId, string Scope, bool UsesIdToken);
