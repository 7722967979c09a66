using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>
/// Tells a 404 about the model from one about the address. An API says which model it does not have; a web server, or an
/// API below whose base URL there is nothing of that name, says that there is no such page.
/// </summary>
internal static partial class WrongAddress
{
    /// <param name="text">Of an answer with the status 404.</param>
    public static bool Is(UpstreamErrorText text) => !UnknownModel.Is(text) && (!IsError(text) || (text.Message is { } message && NoSuchPage().IsMatch(message.Trim())));

    /// <summary>In a form that APIs have. The types of web servers' problems are addresses.</summary>
    private static bool IsError(UpstreamErrorText text) =>
        text.IsJson && (text.Message is not null || text.Type?.Contains(':', StringComparison.Ordinal) == false || text.Code is { } code && code != "404");

    [GeneratedRegex(@"^(?:http )?(?:error:? )?(?:404:?\s*(?:[-:]\s*)?)?(?:"
        + @"(?:(?:the|this|that) )?(?:requested )?(?:api |request )?(?:page|file|resource|route|path|end ?point|url|uri|method|operation)(?: you (?:requested|are looking for))?(?: (?:was|is|could))? ?(?:not (?:be )?found|do(?:es)? ?n[o']t exist)(?: on this server)?"
        + @"|not[ _]?found(?: on this server)?|no (?:static )?resource\b.*|no route\b.*|could not route\b.*|cannot (?:post|get) .*|no such (?:route|path|endpoint|page)\b.*|(?:invalid|unknown|unrecognized) (?:request )?(?:url|path|endpoint)\b.*)?"
        + @"(?:\s*[(-]?\s*(?:http )?404\)?)?[.!]?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoSuchPage();
}
