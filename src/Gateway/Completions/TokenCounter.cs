using Gateway.Routing;
using Gateway.Translation.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Tokenizers;

namespace Gateway.Completions;

/// <summary>
/// Counts for upstreams that do not: estimates, or with <c>Gateway:TokenCounting=exact</c> by the model's own tokenizer
/// where the gateway has it.
/// </summary>
public sealed class TokenCounter
{
    /// <summary>The tokenizer is a hundred times slower than the estimate. More text than this fills the context of most models.</summary>
    private const int LargestExact = 1024 * 1024;

    public const string Estimate = "estimate";

    private readonly O200kTokenizer? _o200k;

    internal TokenCounter(O200kTokenizer? o200k) => _o200k = o200k;

    /// <param name="chatBody">The body as the upstream would get it.</param>
    /// <param name="target">Its profile says which tokenizer the model has.</param>
    public CountedTokens Count(ReadOnlyMemory<byte> chatBody, Target target)
    {
        Func<ReadOnlySpan<byte>, long>? countText = target.Profile.O200k && chatBody.Length <= LargestExact ? _o200k?.Counter : null;
        return new CountedTokens(TokenEstimator.Count(chatBody, target.UpstreamModel, countText), countText is null ? Estimate : "tokenizer");
    }
}

/// <param name="Tokens">Of the whole request.</param>
/// <param name="How">As the header <c>x-gateway-token-count</c> says it.</param>
public readonly record struct CountedTokens(long Tokens, string How);

internal static class TokenCounting
{
    private const string Key = "Gateway:TokenCounting";
    private const string Exact = "exact";

    public static void AddTokenCounting(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[Key] is Exact)
        {
            services.AddSingleton(provider => new O200kTokenizer(
                () => TiktokenTokenizer.CreateForEncoding("o200k_base"),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>()));
            services.AddHostedService(provider => provider.GetRequiredService<O200kTokenizer>());
        }

        services.AddSingleton(provider => new TokenCounter(provider.GetService<O200kTokenizer>()));
    }

    public static IEnumerable<string> Mistakes(IConfiguration configuration) =>
        configuration[Key] is null or "" or "estimate" or Exact ? [] : [$"{Key} is '{configuration[Key]}'; it must be estimate or exact."];
}
