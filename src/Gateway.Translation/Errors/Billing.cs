using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>
/// Finds out that an account is empty, whatever status says so: 402, but also 400, 401, 403, 429, 500 and 200. A retry
/// cannot cure it, so it must not look like an error that passes.
/// </summary>
internal static partial class Billing
{
    private static readonly HashSet<string> s_codes = new(StringComparer.OrdinalIgnoreCase)
    {
        "insufficient_quota", "insufficient_user_quota", "insufficient_balance", "InsufficientBalance", "insufficient_funds", "insufficient_credits",
        "billing_error", "billing_hard_limit_reached", "billing_not_active", "payment_required", "credit_balance_too_low", "not_enough_balance",
        "exceeded_current_quota_error", "Arrearage", "AccountOverdueError", "AllocationQuota.FreeTierOnly",
        // Zhipu's number of an account without balance.
        "1113",
    };

    public static bool Is(UpstreamErrorText text) =>
        IsCode(text.Code) || Is(text.Type, text.Message, text.RpcStatus is null);

    /// <param name="type">What kind of error the upstream calls it.</param>
    /// <param name="message">What it says.</param>
    /// <param name="quotaIsMoney">Words about a quota are about money, too.</param>
    public static bool Is(string? type, string? message, bool quotaIsMoney = true) =>
        IsCode(type) || (message is not null && !Passing().IsMatch(message) && (Money().IsMatch(message) || (quotaIsMoney && Quota().IsMatch(message))));

    private static bool IsCode(string? code) => code is not null && s_codes.Contains(code);

    /// <summary>A limit that comes back by itself, and may advertise a larger plan.</summary>
    [GeneratedRegex(@"per (?:minute|second|hour|day)|\b(?:try|retry)(?: your request)?(?: again)? (?:in|after) ~?\d|\brate.?limit", RegexOptions.IgnoreCase)]
    private static partial Regex Passing();

    [GeneratedRegex(@"insufficient[ _](?:account |credit |user |available )?(?:balance|credits?|funds?)"
        + @"|(?:not enough |no (?:remaining )?|out of |requires more |purchase more |used (?:up )?all (?:of )?(?:your |its )?(?:available )?)(?:account |available )?(?:credits?|balance|funds)\b"
        + @"|(?:credits?|balance|funds?)(?: \S+){0,3} (?:too low|insufficient|not enough|exhausted|depleted|used up|run out|negative|below zero)"
        + @"|spending (?:limit|cap)|payment (?:is )?required|hard limit (?:has been )?reached|billing (?:account )?(?:is )?(?:not active|inactive|disabled)|requires billing|credit limit|in good standing|non-?payment|failure to pay|does ?n[o'’]t have (?:any |enough )?credits"
        + @"|\barrear|overdue (?:balance|payment|invoice|bill)|(?:account|bill|payment|invoice)s?(?: \S+){0,3} (?:overdue|past due|unpaid)|unpaid (?:bill|invoice)|service.?stop.?unpaid"
        + @"|(?:please|to) (?:recharge|top[ -]?up)|(?:account|balance|credit|quota)s?\b.{0,60}\b(?:recharge|top[ -]?up)\b|余额不足|欠费|额度不足|余额已用完|请充值", RegexOptions.IgnoreCase)]
    private static partial Regex Money();

    /// <summary>Gemini has these words, too, but means a limit that passes by itself: it also says RESOURCE_EXHAUSTED.</summary>
    [GeneratedRegex(@"exceeded your current (?:token )?quota|insufficient[ _](?:user[ _])?quota|quota (?:is |has been |was )?(?:insufficient|not enough|exhausted|used up)|(?:free (?:tier|quota|allocation)|resource package|token plan)\b.{0,40}\b(?:exhausted|used up|expired)", RegexOptions.IgnoreCase)]
    private static partial Regex Quota();
}
