using System.Globalization;
using System.Text;
using Gateway.Upstreams;

namespace Gateway.Metering.Usage;

/// <summary>Why a request was refused or failed and what cures it, as a person would say it: no words of the request, nothing secret.</summary>
internal static class ReceiptWhy
{
    private const int MaxLength = 1000;
    private const int MaxTargets = 4;

    private static readonly CompositeFormat s_malformed = CompositeFormat.Parse(
        "Refused: the gateway found a mistake in the request (HTTP {0}), and no upstream was asked. The answer named the mistake to the client; the request has to change.");

    /// <summary>Null for a request that went well.</summary>
    public static string? Of(UsageEntry entry)
    {
        string? why = Say(entry);
        return why?.Length > MaxLength ? why[..(MaxLength - 4)] + " ..." : why;
    }

    private static string? Say(UsageEntry entry)
    {
        UsageAttempt[] made = [.. entry.Attempts.Where(attempt => attempt.Error != "skipped")];
        return entry switch
        {
            { Refusal: { } refusal } => $"Refused before the caller was known: {refusal}.",
            { ClientLeft: true } => Left(entry, made),
            { Error: null } => null,
            _ when made.Length == 0 => Own(entry),
            _ => Failed(entry, made),
        };
    }

    private static string Left(UsageEntry entry, UsageAttempt[] made)
    {
        string when = Text($"after {entry.Timings.TotalMs / 1000:0.#} s");
        string before = entry.Timings.FirstEventMs is null ? "before its answer began" : "in the middle of its answer";
        string whom = made.LastOrDefault() is { } last ? $"; {last.Target} was asked" : "";
        return $"The client left {when}, {before}{whom}. Where that happens often, the client's own time limit is too short, or somebody stops it.";
    }

    /// <summary>No upstream was asked.</summary>
    private static string Own(UsageEntry entry)
    {
        string skipped = Skipped(entry);
        string what = entry.Status >= 500 ? "Failed" : "Refused";
        return entry.RefusedBecause is { } words ? $"{what}: {Plain(words, entry.RequestedModel)}{skipped}"
            : entry.Error == "invalid_request_error" ? string.Format(CultureInfo.InvariantCulture, s_malformed, entry.Status)
            : $"{what}: {Usual(entry.Error)} No upstream was asked.{skipped}";
    }

    /// <summary>Of rows that do not have the gateway's words.</summary>
    private static string Usual(string? error) => error switch
    {
        "rate_limit_error" => "a limit of the key or of its team was reached; it is free again within the minute, or an operator raises it.",
        "billing_error" => "a budget of the key or of its team is used up; an operator raises it, or it starts anew with its window.",
        "permission_error" => "the key may not use this model; an operator changes what it may use.",
        "not_found_error" => "no model of that name is offered; the list of models has those that are.",
        "request_too_large" => "the request is larger than the gateway takes.",
        "overloaded_error" => "the gateway, or each upstream of the model, had no room at that moment; it may be sent again.",
        _ => "the gateway could not serve it.",
    };

    private static string Failed(UsageEntry entry, UsageAttempt[] made)
    {
        UsageAttempt last = made[^1];
        (string Target, int Times)[] asked = [.. made.GroupBy(attempt => attempt.Target).Select(target => (target.Key, target.Count()))];
        if (last.Reason?.StartsWith(FailureWords.Unsaid, StringComparison.Ordinal) == true)
        {
            return $"Refused: the request holds something that cannot be said to {last.Target}. The answer named it to the client; another model may take it.";
        }

        string who = Join(asked.Take(MaxTargets).Select(target => $"{target.Target} was asked {Times(target.Times)}")) + (asked.Length > MaxTargets ? Text($", and {asked.Length - MaxTargets} more") : "");
        string link = asked.Length > 1 ? $"; the last, {last.Target}," : made.Length > 1 ? "; the last time it" : " and";
        string what = entry is { Stream: true, Timings.FirstEventMs: not null } && last.UpstreamStatus is < 300
            ? $"broke off after the client had the beginning: {Words(last)}"
            : last.UpstreamStatus is { } status ? Text($"answered HTTP {status}: {Words(last)}")
            : last.Reason is { } reason ? $"did not answer ({reason})"
            : $"failed ({last.Error})";
        return $"Failed: {who}{link} {what}. {Cure(last)}{Skipped(entry)}";
    }

    /// <summary>What is to be done, by the kind of the last failure.</summary>
    private static string Cure(UsageAttempt last) => (last.Error, Words(last), last.UpstreamStatus) switch
    {
        (_, FailureWords.Stopped, _) => "It was restarted or updated: the same request may be sent again.",
        (_, FailureWords.Credentials, _) => "Nothing is wrong with the client's key: the operator checks the provider's own key or identity.",
        (_, FailureWords.NoCredentials, _) => "The operator gives the gateway a key or an identity for this provider.",
        (_, FailureWords.NoApi, _) => "The operator corrects the provider's BaseUrl.",
        (_, FailureWords.TooLong, _) => "The client shortens the conversation, or the operator adds a target with a larger window.",
        (_, FailureWords.Filter, _) => "The request has to change, or the operator the filter.",
        ("rate_limit_error", _, _) => "It passes in a moment; if it is often so, the operator raises the limit at the provider or adds another target.",
        ("billing_error", _, _) => "The operator pays the provider's bill or adds another target.",
        ("permission_error", _, _) => "The operator has the provider open this model to the gateway's account.",
        ("not_found_error", _, _) => "The operator corrects the model's name among the targets.",
        ("timeout_error", _, _) => "Sent again it may be faster; for long answers the client streams, or the operator gives the target more time.",
        ("invalid_request_error", _, _) => "The answer told the client what is wrong; the request has to change.",
        (_, _, null) => "The operator checks the provider's address and the network; another target would have answered meanwhile.",
        _ => "The fault is the provider's: it may be sent again, and another target would help.",
    };

    private static string Skipped(UsageEntry entry)
    {
        UsageAttempt[] skipped = [.. entry.Attempts.Where(attempt => attempt.Error == "skipped").DistinctBy(attempt => attempt.Target).Take(MaxTargets)];
        return skipped.Length == 0 ? "" : $" Not asked: {string.Join("; ", skipped.Select(attempt => $"{attempt.Target} ({attempt.Reason ?? "skipped"})"))}.";
    }

    /// <summary>The gateway's part of the reason: behind it are the upstream's.</summary>
    private static string Words(UsageAttempt attempt) => attempt.Reason is { } reason ? reason.Split(": ", 2)[0] : "it failed";

    /// <summary>In the middle of a sentence.</summary>
    private static string Plain(string words, string? model)
    {
        if (model is not null && words.StartsWith($"model: {model}.", StringComparison.Ordinal))
        {
            return $"no model '{model}' is offered to this key.{words[(model.Length + 8)..]}";
        }

        return words.Length > 1 && char.IsUpper(words[0]) && !char.IsUpper(words[1]) ? char.ToLowerInvariant(words[0]) + words[1..] : words;
    }

    private static string Times(int times) => times switch { 1 => "once", 2 => "twice", _ => Text($"{times} times") };

    private static string Join(IEnumerable<string> texts) => string.Join(", ", texts);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
