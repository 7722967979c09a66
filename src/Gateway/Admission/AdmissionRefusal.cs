using System.Globalization;
using Gateway.Translation.Errors;

namespace Gateway.Admission;

/// <summary>The words of refusals: which limit of whom, how far it is used up, and when it helps to try again.</summary>
internal static class AdmissionRefusal
{
    public static GatewayError Of(string label, RateStatus status)
    {
        string what = NameOf(status.Of.Kind);
        long wait = (long)Math.Ceiling(status.Wait.TotalSeconds);
        string message = status.Of.Kind == RateKind.ConcurrentStreams
            ? Text($"The limit of {label} is {status.Of.Rate.Value} concurrent streams, and {status.Used} are running. Try again when one has ended.")
            : Text($"The limit of {label} is {status.Of.Rate.Value} {what} per minute; {status.Used} were used in the last minute{Needed(status)}. Try again in {wait} s.");
        return new GatewayError(429, ErrorType.RateLimit, message) { RetryAfter = wait.ToString(CultureInfo.InvariantCulture) };
    }

    public static GatewayError Of(string label, BudgetRefusal refusal)
    {
        string window = refusal.Limit.Window == BudgetWindow.Lifetime
            ? "lifetime budget"
            : Text($"budget of {label} for the {refusal.Limit.Window.ToString().ToLowerInvariant()} {refusal.WindowId} ({refusal.Clock})");
        string budget = refusal.Limit.Window == BudgetWindow.Lifetime ? $"The {window} of {label}" : $"The {window}";
        string amounts = Text($"{Usd(refusal.Spent)} of {Usd(refusal.Limit.Budget.Usd)} USD are spent");
        if (refusal.MayPass)
        {
            return new GatewayError(429, ErrorType.RateLimit,
                Text($"{budget} has no room at this moment: {amounts}, and {Usd(refusal.Held)} USD are reserved for requests that are running. This request may cost {Usd(refusal.Needed)} USD. Try again in a few seconds."))
            {
                RetryAfter = "5",
            };
        }

        string end = refusal.ResetsAt is { } reset
            ? $"It resets at {BudgetCalendar.Text(reset)}."
            : "It does not reset.";
        return new GatewayError(402, ErrorType.Billing,
            Text($"{budget} is used up: {amounts}, and this request may cost {Usd(refusal.Needed)} USD. {end} Ask the operator of this gateway for a larger budget."))
        {
            ShouldRetry = false,
        };
    }

    /// <summary>What it costs could not be counted.</summary>
    public static GatewayError Unpriced(string label, string model) => GatewayError.Permission(
        $"Nobody said what the model '{model}' costs, so the budget of {label} could not count it. Ask for a model with a price, or have the operator of this gateway set Gateway:Models:<n>:Price for '{model}'.");

    /// <summary>As settings and reports name the limit.</summary>
    public static string NameOf(RateKind kind) => kind switch
    {
        RateKind.Requests => "requests",
        RateKind.InputTokens => "input tokens",
        RateKind.OutputTokens => "output tokens",
        _ => "concurrent streams",
    };

    private static string Needed(RateStatus status) =>
        status.Of.Kind == RateKind.InputTokens ? Text($", and this request has about {status.Needed}") : "";

    /// <summary>Cents, and further digits where they matter.</summary>
    private static string Usd(decimal amount) => amount.ToString("0.00####", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
