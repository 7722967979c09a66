using System.Globalization;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Claude;

/// <summary>What <c>reasoning_effort</c> becomes, and the output limit that goes with it.</summary>
/// <param name="Type"><c>adaptive</c>, <c>enabled</c>, <c>disabled</c>, or null to say nothing.</param>
/// <param name="Budget">Tokens for <c>enabled</c>.</param>
/// <param name="Effort">For <c>output_config.effort</c>.</param>
/// <param name="MaxTokens">The output limit, raised where it left no room for the budget.</param>
internal readonly record struct ThinkingPlan(string? Type, int Budget, string? Effort, long MaxTokens)
{
    private const int SmallestBudget = 1024;

    public bool IsOn => Type is "adaptive" or "enabled";

    /// <param name="effort">How hard the client wants the model to think; empty when it does not say.</param>
    /// <param name="profile">How the model wants it said.</param>
    /// <param name="maxTokens">The output limit so far.</param>
    /// <param name="limit">The most that the model can say.</param>
    /// <param name="obstacle">Why this request cannot think, or null.</param>
    /// <param name="report">Hears about what changed.</param>
    public static ThinkingPlan Make(string effort, Profile profile, long maxTokens, long limit, string? obstacle, TranslationReport report)
    {
        ThinkingPlan off = new(null, 0, null, maxTokens);
        if (effort.Length == 0)
        {
            return off;
        }

        if (profile.ClaudeThinking == ClaudeThinking.None || BudgetFor(effort) is not { } budget)
        {
            report.Dropped("reasoning_effort");
            return off;
        }

        if (budget == 0)
        {
            return off with { Type = "disabled" };
        }

        string? level = profile.ClaudeThinking == ClaudeThinking.Adaptive ? (effort == "minimal" ? "low" : effort) : null;
        if (obstacle is not null)
        {
            // Effort is worth saying without thinking, too: it governs how much is written.
            report.Dropped("thinking(" + obstacle + ")");
            return off with { Effort = level };
        }

        return level is not null
            ? new ThinkingPlan("adaptive", 0, level, maxTokens)
            : WithBudget(off, budget, limit, report);
    }

    public void WriteThinking(Utf8JsonWriter json)
    {
        if (Type is null)
        {
            return;
        }

        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, Type);
        if (Type == "enabled")
        {
            json.WriteNumber("budget_tokens"u8, Budget);
        }

        json.WriteEndObject();
    }

    private static ThinkingPlan WithBudget(ThinkingPlan off, int budget, long limit, TranslationReport report)
    {
        if (off.MaxTokens > budget)
        {
            return off with { Type = "enabled", Budget = budget };
        }

        // The budget comes out of max_tokens here, but a Chat client's small cap was meant for the answer.
        long raised = Math.Min(off.MaxTokens + budget, Math.Max(limit, off.MaxTokens));
        budget = (int)Math.Min(budget, raised - off.MaxTokens);
        if (budget < SmallestBudget)
        {
            report.Dropped("thinking(max_tokens)");
            return off;
        }

        report.Changed("max_tokens", off.MaxTokens.ToString(CultureInfo.InvariantCulture), raised.ToString(CultureInfo.InvariantCulture));
        return new ThinkingPlan("enabled", budget, null, raised);
    }

    private static int? BudgetFor(string effort) => effort switch
    {
        "none" => 0,
        "minimal" => 1024,
        "low" => 2048,
        "medium" => 8192,
        "high" => 16384,
        "xhigh" or "max" => 32768,
        _ => null,
    };
}
