using System.Runtime.CompilerServices;
using Gateway.Routing;

namespace Gateway.Telemetry;

/// <summary>Providers under the names that the conventions give them; others keep their own.</summary>
internal static class ProviderNames
{
    private static readonly ConditionalWeakTable<Provider, string> s_known = [];

    public static string Of(Provider provider) => s_known.GetValue(provider, Find);

    private static string Find(Provider provider) => provider.Kind switch
    {
        ProviderKind.AzureOpenAi => "azure.ai.openai",
        ProviderKind.Anthropic when provider.Vertex is not null => "gcp.vertex_ai",
        ProviderKind.Anthropic when provider.Cloud is AwsSigning { Service: AwsSigning.Bedrock } => "aws.bedrock",
        ProviderKind.Anthropic when MessagesEndpoint.ByHost(provider.BaseUrl) is null => "anthropic",
        _ => WellKnownProvider.ByHost(provider.BaseUrl)?.Name switch
        {
            "gemini" => "gcp.gemini",
            "mistral" => "mistral_ai",
            "xai" => "x_ai",
            "moonshot" => "moonshot_ai",
            null => provider.Name,
            string name => name,
        },
    };
}
