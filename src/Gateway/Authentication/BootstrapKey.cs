using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Authentication;

/// <summary>The key by setting with which the first key is made. Only its hash is kept.</summary>
internal sealed class BootstrapKey
{
    public const string Setting = "Gateway:BootstrapKey";

    /// <summary>Of its caller: in the audit trail, in the log and in receipts.</summary>
    public const string Id = "bootstrap";

    /// <summary>
    /// The id of the manager's key that it makes. It is always the same, so that of several that are asked for at once, on whichever
    /// instances, the storage takes one.
    /// </summary>
    public const string FirstManager = "firstmanager";

    private const int Shortest = 32;

    /// <summary>Servers and proxies take headers of 8 KB and no longer ones.</summary>
    private const int Longest = 1024;

    private const string Cure = "Set it to 32 or more random characters, such as 'openssl rand -hex 32' prints.";

    private readonly SecretHash _hash;

    private BootstrapKey(string value)
    {
        _hash = SecretHash.Of(value);
        IsOfOurForm = ApiKey.Read(value, out _) == ApiKeyForm.Sound;
    }

    /// <summary>It may be stored, too.</summary>
    public bool IsOfOurForm { get; }

    /// <summary>Null when none is set.</summary>
    public static BootstrapKey? Read(IConfiguration configuration) => configuration[Setting] is { Length: > 0 } value ? new BootstrapKey(value) : null;

    public static IEnumerable<string> Mistakes(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } value)
        {
            yield break;
        }

        if (SettingProblems.OfKey(value) is { } problem)
        {
            yield return $"{Setting} {problem}";
        }
        else if (value.Length < Shortest)
        {
            yield return $"{Setting} has {value.Length} characters, which can be guessed: whoever has it may make keys. {Cure}";
        }
        else if (value.Length > Longest)
        {
            yield return $"{Setting} has {value.Length} characters, more than a header takes. {Cure}";
        }
        else if (configuration[AuthenticationServices.DevKeySetting] == value)
        {
            yield return $"{Setting} and {AuthenticationServices.DevKeySetting} are the same key, which would then never stop. Leave one of them out.";
        }
    }

    /// <summary>Hashes first, so that neither the length nor the beginning of the key can be timed.</summary>
    public bool Matches(string presented) => SecretHash.Of(presented).Equals(_hash);

    public static Caller ToCaller(string header) => new()
    {
        KeyId = Id,
        Team = Id,
        Name = "Bootstrap key",
        CredentialKind = CredentialKind.ApiKey,
        CredentialHeader = header,
        Scopes = [Scopes.Manage],
        OnlyManages = true,
    };

    public override string ToString() => nameof(BootstrapKey);
}
