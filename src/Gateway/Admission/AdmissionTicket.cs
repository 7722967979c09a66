using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Routing.Prices;
using Gateway.Storage;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Admission;

/// <summary>A request that was let in: what it holds of its limits until it is settled.</summary>
internal sealed class AdmissionTicket(IReadOnlyList<(AdmissionScope Scope, RateEntry Entry)> counted, IReadOnlyList<AdmissionScope.Limited> reserved, ExpectedUse expected)
{
    private bool _settled;
    private Usd _reserved = expected.Usd;

    /// <summary>
    /// Before one more target is asked: what the answers before cost, which were paid for and of no use, and what this one
    /// may cost must fit the budgets. Null when it does, and when it costs nothing.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The lease did not suffice, and the storage does not answer.</exception>
    public async ValueTask<GatewayError?> CoverAsync(Usd spent, Target target, CancellationToken cancellationToken)
    {
        Usd next = expected.CostAt(target);
        Usd more = spent + next - _reserved;
        if (next == Usd.Zero || more == Usd.Zero)
        {
            return null;
        }

        int held = 0;
        bool covered = false;
        try
        {
            foreach (AdmissionScope.Limited limited in reserved)
            {
                if (await limited.Scope.Budgets.ReserveAsync(more, limited.EnforcedBudgets, cancellationToken) is { } refusal)
                {
                    limited.Scope.Watch.Refused(refusal);
                    return LimitsCounter.Counted(AdmissionRefusal.Of(limited.Scope.Label, refusal));
                }

                held++;
            }

            _reserved += more;
            covered = true;
            return null;
        }
        finally
        {
            // Whatever stopped it: a client that left and a storage that is away, too.
            foreach (AdmissionScope.Limited limited in covered ? [] : reserved.Take(held))
            {
                limited.Scope.Budgets.Settle(more, Usd.Zero);
            }
        }
    }

    /// <summary>Corrects the counts to what was used, and frees what was held. Once; later calls do nothing.</summary>
    /// <param name="use">Input that counts, output, and cost in USD; what nobody priced costs nothing.</param>
    public void Settle(ActualUse use)
    {
        if (_settled)
        {
            return;
        }

        _settled = true;
        foreach ((AdmissionScope scope, RateEntry entry) in counted)
        {
            scope.Rates.Settle(entry, new RateCounts(use.Requests, use.InputTokens, use.OutputTokens));
        }

        foreach (AdmissionScope.Limited held in reserved)
        {
            held.Scope.Budgets.Settle(_reserved, use.Usd);
            held.Scope.Leave();
        }
    }
}

/// <summary>What a request may use, before it is sent.</summary>
/// <param name="InputTokens">An estimate.</param>
/// <param name="Usd">What it is likely to cost; 0 when nobody said what the model costs.</param>
/// <param name="Stream">It is answered as a stream.</param>
internal sealed record ExpectedUse(long InputTokens, Usd Usd, bool Stream)
{
    /// <summary>
    /// Clients ask for far more output than they get: Claude Code always for 32,000 tokens and more. Reserving all of
    /// it would refuse requests while most of a budget is there; a longer answer is charged when it is settled.
    /// </summary>
    public const long LikelyOutputTokens = 2048;

    /// <summary>What a request will probably take.</summary>
    public static TokenUsage Likely(long estimatedInput, OutputLimits output) =>
        new() { Input = estimatedInput, Output = Math.Min(output.MaxTokens ?? LikelyOutputTokens, LikelyOutputTokens) * output.Answers };

    /// <summary>A request that no model answers, such as one that has its tokens counted.</summary>
    public static ExpectedUse OfNoModel { get; } = new(0, Usd.Zero, Stream: false) { CallsModel = false };

    private bool CallsModel { get; init; } = true;

    /// <summary>As it was asked for.</summary>
    public string Model { get; init; } = "";

    /// <summary>All names under which limits may mean it; not looked at while there are none for models.</summary>
    public IEnumerable<string> Names { get; init; } = [];

    /// <summary>Of the targets that may be tried, nobody said what any costs.</summary>
    public bool IsUnpriced { get; private init; }

    /// <summary>The least that is held for what costs anything: a budget that is used up holds for it, too.</summary>
    private static readonly Usd s_least = Usd.Of(0.000001m);

    private TokenUsage Prompt { get; init; }

    private TokenUsage Answer { get; init; }

    private long Answers { get; init; }

    private bool FillsCache { get; init; }

    /// <summary>Looked at once, and only where searches have a price.</summary>
    private Lazy<bool> MaySearch { get; init; } = new(false);

    /// <summary>Of a key's or a team's limits those that hold: tokens and money are for answers.</summary>
    public Limits Of(Limits all) => CallsModel || all == Limits.None ? all : Limits.None with { RequestsPerMinute = all.RequestsPerMinute };

    /// <summary>The limits for models that are about this one.</summary>
    public IEnumerable<ModelLimits> OfModels(Limits all) => all.Models is { } models ? models.Where(entry => Names.Any(entry.Covers)) : [];

    /// <param name="estimatedInput">In tokens.</param>
    /// <param name="output">How much output the client allows.</param>
    /// <param name="stream">It is answered as a stream.</param>
    /// <param name="body">The client's own bytes: whether they ask to fill a cache.</param>
    /// <param name="maySearch">Whether it lets its upstream search the web.</param>
    /// <param name="targets">All that may be tried. The dearest counts.</param>
    public static ExpectedUse Of(long estimatedInput, OutputLimits output, bool stream, ReadOnlySpan<byte> body, Func<bool> maySearch, IReadOnlyList<Target> targets)
    {
        ExpectedUse use = new(estimatedInput, Usd.Zero, stream)
        {
            IsUnpriced = targets.All(target => target.Price is null),
            Prompt = new TokenUsage { Input = estimatedInput },
            Answer = new TokenUsage { Output = Math.Min(output.MaxTokens ?? LikelyOutputTokens, LikelyOutputTokens) },
            Answers = output.Answers,
            FillsCache = body.IndexOf("cache_control"u8) >= 0,
            MaySearch = new Lazy<bool>(maySearch),
        };
        foreach (Target target in targets)
        {
            use = use with { Usd = Usd.Max(use.Usd, use.CostAt(target)) };
        }

        return use;
    }

    /// <summary>What it is likely to cost there; 0 when it is free, or nobody will say.</summary>
    public Usd CostAt(Target target)
    {
        Usd fee = FeeAt(target);
        if (target.Price is not { } price)
        {
            // How much is known when the answer says it, and that it costs is known before.
            return target.Provider.Billing == BillingRule.Upstream ? Usd.Max(s_least, fee) : fee;
        }

        Price at = price.For(Prompt);
        return at.IsFree ? fee : Usd.Max(s_least, (FillsCache ? at.DearestCostOf(Prompt) : at.CostOf(Prompt)) + (at.CostOf(Answer) * Answers) + fee);
    }

    /// <summary>Of one search, where the upstream takes one and may search: how many it will make nobody knows.</summary>
    private Usd FeeAt(Target target)
    {
        BillingRule rule = target.Provider.Billing;
        return PublishedRules.SearchFee(target.Price, rule, target.UpstreamModel) is { } fee && fee > Usd.Zero
            && (PublishedRules.UncountedSearches(rule, target.UpstreamModel) > 0 || MaySearch.Value)
                ? fee
                : Usd.Zero;
    }
}

/// <summary>What a request has used.</summary>
/// <param name="InputTokens">Input that counts toward limits: what was read from a cache does not.</param>
/// <param name="OutputTokens">All output.</param>
/// <param name="Usd">Its cost.</param>
internal sealed record ActualUse(long InputTokens, long OutputTokens, Usd Usd)
{
    /// <summary>A request that was not let in after all does not count as one.</summary>
    public static ActualUse None { get; } = new(0, 0, Usd.Zero) { Requests = 0 };

    public long Requests { get; private init; } = 1;
}
