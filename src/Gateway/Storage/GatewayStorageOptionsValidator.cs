using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gateway.Storage;

/// <summary>Stops the start with the name of the setting and what would be right. Never repeats a connection string.</summary>
internal sealed class GatewayStorageOptionsValidator : IValidateOptions<GatewayStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayStorageOptions options)
    {
        ValidateOptionsResultBuilder result = new();
        bool hasConnectionString = !string.IsNullOrWhiteSpace(options.ConnectionString);
        bool hasUri = !string.IsNullOrWhiteSpace(options.TableServiceUri);
        if (hasConnectionString && hasUri)
        {
            result.AddError($"Both {GatewayStorageOptions.Setting} (a connection string) and {GatewayStorageOptions.Setting}__tableServiceUri are set. Keep one of them.");
        }

        if (!hasUri && !string.IsNullOrWhiteSpace(options.ClientId))
        {
            result.AddError($"{GatewayStorageOptions.Setting}__clientId says which identity opens {GatewayStorageOptions.Setting}__tableServiceUri, which is not set. Set both, or neither.");
        }

        if (hasUri && !IsServiceUri(options.TableServiceUri!))
        {
            result.AddError($"{GatewayStorageOptions.Setting}__tableServiceUri must be the https address of a Table service, such as https://myaccount.table.core.windows.net.");
        }

        if (hasConnectionString && !hasUri && TableServiceFactory.TryCreate(options) is null)
        {
            result.AddError($"{GatewayStorageOptions.Setting} is not a Table Storage connection string. 'UseDevelopmentStorage=true' stands for Azurite.");
        }

        if (options.RequireTables && !options.UsesTables)
        {
            result.AddError(NotConfigured);
        }

        return result.Build();
    }

    /// <summary>What is wrong, whoever asks.</summary>
    public static IEnumerable<string> Mistakes(IConfiguration configuration) =>
        new GatewayStorageOptionsValidator().Validate(null, GatewayStorageOptions.From(configuration)).Failures ?? [];

    public static string NotConfigured { get; } =
        $"No storage is configured. Set {GatewayStorageOptions.Setting} to a Table Storage connection string ('UseDevelopmentStorage=true' for Azurite), or {GatewayStorageOptions.Setting}__tableServiceUri to the address of a Table service that this process may use with its identity.";

    /// <summary>The SDK sends tokens over https only, to an emulator on this machine, too.</summary>
    private static bool IsServiceUri(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Query.Length == 0 && uri.UserInfo.Length == 0 && uri.Scheme == Uri.UriSchemeHttps;
}
