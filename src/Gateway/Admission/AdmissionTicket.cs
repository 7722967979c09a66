using Gateway.Metering;
using Gateway.Translation;
using Gateway.Translation.Tokens;

namespace Gateway.Admission;

/// <summary>A request that was let in: what it holds of its limits until it is settled.</summary>
internal sealed class AdmissionTicket(IReadOnlyList<AdmissionScope.Limited> scopes, ExpectedUse expected)
{
    private bool _settled;

    /// <summary>Corrects the counts to what was used, and frees what was held. Once; later calls do nothing.</summary>
    /// <param name="use">Input that counts, output, and cost in USD; what nobody priced costs nothing.</param>
    public void Settle(ActualUse use)
    {
        if (_settled)
        {
            return;
        }

        _settled = true;
        foreach (AdmissionScope.Limited scope in scopes)
        {
            if (scope.Rates.Count > 0)
            {
                scope.Scope.Rates.Correct(new RateCounts(0, use.InputTokens - expected.InputTokens, use.OutputTokens), expected.Stream ? -1 : 0);
            }

            if (scope.Budgets.Count > 0)
            {
                scope.Scope.Budgets.Settle(expected.Usd, use.Usd);
            }
        }
    }
}

/// <summary>What a request may use, before it is sent.</summary>
/// <param name="InputTokens">An estimate.</param>
/// <param name="Usd">What it is likely to cost; 0 when nobody said what the model costs.</param>
/// <param name="Stream">It is answered as a stream.</param>
internal sealed record ExpectedUse(long InputTokens, decimal Usd, bool Stream)
{
    /// <summary>
    /// Clients ask for far more output than they get: Claude Code always for 32,000 tokens and more. Reserving all of
    /// it would refuse requests while most of a budget is there; a longer answer is charged when it is settled.
    /// </summary>
    public const long LikelyOutputTokens = 2048;

    /// <param name="body">The client's request.</param>
    /// <param name="maxOutputTokens">What the client allows; null when it does not say.</param>
    /// <param name="price">Of the model; null when nobody said.</param>
    /// <param name="stream">It is answered as a stream.</param>
    public static ExpectedUse Of(ReadOnlySpan<byte> body, long? maxOutputTokens, Price? price, bool stream)
    {
        TokenUsage likely = new() { Input = TokenEstimator.Quick(body), Output = Math.Min(maxOutputTokens ?? LikelyOutputTokens, LikelyOutputTokens) };
        return new ExpectedUse(likely.Input, price?.CostOf(likely) ?? 0, stream);
    }
}

/// <summary>What a request has used.</summary>
/// <param name="InputTokens">Input that counts toward limits: what was read from a cache does not.</param>
/// <param name="OutputTokens">All output.</param>
/// <param name="Usd">Its cost.</param>
internal sealed record ActualUse(long InputTokens, long OutputTokens, decimal Usd)
{
    public static ActualUse None { get; } = new(0, 0, 0);
}
