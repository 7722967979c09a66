using Gateway.Routing;

namespace Gateway.Upstreams;

/// <summary>Whose signatures a target takes: those of the same server, and Claude's own platforms take each other's.</summary>
internal static class SignatureScope
{
    private static readonly string[] s_claudes = ["api.anthropic.com", ".amazonaws.com", ".api.aws", ".googleapis.com", ".services.ai.azure.com"];

    public static bool IsShared(Target one, Target other)
    {
        if (one.IsServedLike(other) && one.Provider.BaseUrl == other.Provider.BaseUrl)
        {
            return true;
        }

        bool native = one.Provider.Kind == ProviderKind.Anthropic;
        return native == (other.Provider.Kind == ProviderKind.Anthropic)
            && (native || one.UpstreamModel == other.UpstreamModel)
            && Uri.TryCreate(one.Provider.BaseUrl, UriKind.Absolute, out Uri? here)
            && Uri.TryCreate(other.Provider.BaseUrl, UriKind.Absolute, out Uri? there)
            && (here.Authority == there.Authority || (native && IsClaudes(here.Host) && IsClaudes(there.Host)));
    }

    private static bool IsClaudes(string host) => s_claudes.Any(known => known.StartsWith('.') ? host.EndsWith(known, StringComparison.OrdinalIgnoreCase) : host.Equals(known, StringComparison.OrdinalIgnoreCase));
}
