using Gateway.Translation.Errors;

namespace Gateway.Admission;

/// <summary>Whether a request is let in, and how far its rate limits are used up.</summary>
/// <param name="Ticket">To be settled; null when the request is refused.</param>
/// <param name="Refusal">Why it is refused.</param>
/// <param name="Rates">Of each kind the limit with the least left, key's or team's.</param>
/// <param name="Shadowed">Limits that would have refused it, had they not only to report: <c>key:requests_per_minute</c>.</param>
internal sealed record AdmissionResult(AdmissionTicket? Ticket, GatewayError? Refusal, IReadOnlyList<RateStatus> Rates, IReadOnlyList<string> Shadowed)
{
    /// <summary>Targets that nobody said the price of are not for this caller.</summary>
    public bool PricedOnly { get; init; }
}
