using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>
/// Errors that only the operator of the gateway can mend: they name the provider and what is to be checked, so that nobody
/// looks at the key or the model of the client. Whoever is only a client learns no host and no key.
/// </summary>
internal static class OperatorsMatter
{
    public static bool Is(GatewayError error) => error.OfCredentials || error.Code == GatewayError.NoApiCode;

    public static GatewayError Named(GatewayError error, UpstreamRequest request)
    {
        Provider provider = request.Target.Provider;
        return error switch
        {
            { OfCredentials: true } => error with
            {
                Message = $"The upstream rejected the gateway's credentials. Nothing is wrong with your key: provider '{provider.Name}' refused {CredentialOf(provider)}. Ask the operator of the gateway to check it.",
            },
            { Code: GatewayError.NoApiCode } => error with
            {
                Message = $"Provider '{provider.Name}' has no API at {Shown(request)}: it answered HTTP 404 without an error of one. The model is not to blame; the operator should check {ProviderSettings.OfAddress(provider)}, which is probably not the base URL of the API.",
            },
            _ => error,
        };
    }

    private static string CredentialOf(Provider provider) =>
        provider.Cloud is not null || (provider.ApiKey is null && provider.TokenScope is not null) ? "the gateway's own identity"
        : provider.ApiKey is null ? $"a call without a key, and the gateway has none for it ({ProviderSettings.OfKey(provider)})"
        : $"the gateway's own API key ({ProviderSettings.OfKey(provider)})";

    /// <summary>Everyone's hosts are named, the operator's own are not.</summary>
    private static string Shown(UpstreamRequest request)
    {
        string address = UpstreamClient.AddressOf(request);
        Redactor redactor = request.Redactor;
        return !redactor.IsPrivate(address) ? address
            : Uri.TryCreate(address, UriKind.Absolute, out Uri? url) ? $"[address]{redactor.Text(url.AbsolutePath)}"
            : "[address]";
    }
}
