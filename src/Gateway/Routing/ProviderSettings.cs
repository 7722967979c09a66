namespace Gateway.Routing;

/// <summary>Where an operator set what a provider needs: for messages that say what to check.</summary>
internal static class ProviderSettings
{
    public static string OfKey(Provider provider) => Named(provider, "ApiKey", known => known.Kind == ProviderKind.AzureOpenAi ? WellKnownProvider.AzureKey : known.Variable);

    public static string OfAddress(Provider provider) => provider is { Kind: ProviderKind.Anthropic, MessagesUrl: not null }
        ? $"Gateway:Providers:{provider.Name}:MessagesUrl"
        : Named(provider, "BaseUrl", known => known.Kind == ProviderKind.AzureOpenAi ? known.Variable : known.AddressVariable);

    private static string Named(Provider provider, string setting, Func<WellKnownProvider, string> variable)
    {
        string path = $"Gateway:Providers:{provider.Name}:{setting}";
        return WellKnownProvider.All.FirstOrDefault(known => known.Name.Equals(provider.Name, StringComparison.OrdinalIgnoreCase)) is { } known
            ? $"{path} or {variable(known)}"
            : path;
    }
}
