using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Rest;

/// <summary>Where an account answers and how requests to it are authenticated.</summary>
internal sealed record Connection(Uri Endpoint, string AccountName, HttpPipelinePolicy Authentication)
{
    // Public constants of the storage emulator, the same in every installation.
    private const string EmulatorAccount = "devstoreaccount1";
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const int EmulatorPort = 10002;

    public static Connection From(Uri endpoint, TokenCredential credential, TableAudience? audience)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        string scope = (audience ?? TableAudience.AzurePublicCloud).Scope;
        return new Connection(endpoint, AccountOf(endpoint), new BearerTokenAuthenticationPolicy(credential, scope));
    }

    public static Connection From(Uri endpoint, TableSharedKeyCredential credential)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        return new Connection(endpoint, credential.AccountName, new SharedKeyPolicy(credential));
    }

    public static Connection Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        Dictionary<string, string> settings = Split(connectionString);

        if (settings.TryGetValue("UseDevelopmentStorage", out string emulator) && emulator.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            var proxy = new Uri(settings.GetValueOrDefault("DevelopmentStorageProxyUri", "http://127.0.0.1"));
            var endpoint = new Uri(string.Create(CultureInfo.InvariantCulture, $"{proxy.Scheme}://{proxy.Host}:{EmulatorPort}/{EmulatorAccount}"));
            return From(endpoint, new TableSharedKeyCredential(EmulatorAccount, EmulatorKey));
        }

        if (!settings.TryGetValue("AccountName", out string account) || !settings.TryGetValue("AccountKey", out string key))
        {
            throw new FormatException("The connection string needs AccountName and AccountKey, or UseDevelopmentStorage=true.");
        }

        string protocol = settings.GetValueOrDefault("DefaultEndpointsProtocol", "https");
        string suffix = settings.GetValueOrDefault("EndpointSuffix", "core.windows.net");
        var table = new Uri(settings.GetValueOrDefault("TableEndpoint", $"{protocol}://{account}.table.{suffix}"));
        return From(table, new TableSharedKeyCredential(account, key));
    }

    private static Dictionary<string, string> Split(string connectionString)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string setting in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException("The connection string must be a list of name=value, separated by semicolons.");
            }

            settings[setting[..equals]] = setting[(equals + 1)..];
        }

        return settings;
    }

    /// <summary>The first label of a host name; on an IP address, where the emulator answers, the first part of the path.</summary>
    private static string AccountOf(Uri endpoint) => endpoint.HostNameType == UriHostNameType.Dns && endpoint.Host.Contains('.', StringComparison.Ordinal)
        ? endpoint.Host[..endpoint.Host.IndexOf('.', StringComparison.Ordinal)]
        : endpoint.AbsolutePath.Trim('/').Split('/')[0];
}
