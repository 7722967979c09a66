using Gateway.Translation.Errors;

namespace Gateway.Authentication.Access;

/// <summary>What callers are told who lack a scope: which, what it is for, and who gives it how.</summary>
internal static class ScopeRefusal
{
    /// <param name="caller">Who asked.</param>
    /// <param name="scope">The least that would have done.</param>
    /// <param name="why">Ends the sentence: <c>which changes need</c>.</param>
    public static GatewayError Of(Caller caller, string scope, string why) =>
        GatewayError.Permission($"This {Kind(caller)} lacks the scope '{scope}', {why}. {Cure(caller, scope)}");

    /// <summary>For who reads, and asks about others by their name. Whether they exist is not said.</summary>
    public static GatewayError OtherTeam(Caller caller) =>
        GatewayError.Permission($"This {Kind(caller)} reads the usage of its own team only, '{caller.Team}': another one was asked for, which needs the scope '{Scopes.UsageOfAll}'. {Cure(caller, Scopes.UsageOfAll)}");

    private static string Kind(Caller caller) => caller.CredentialKind == CredentialKind.ApiKey ? "key" : "token";

    /// <summary>Scopes are replaced whole: those that it has are named again, and calling models, which goes without saying until there is another.</summary>
    private static string Cure(Caller caller, string scope) => caller.CredentialKind == CredentialKind.ApiKey
        ? $"An operator gives it: gw keys update {caller.KeyId} --scope {string.Join(',', caller.Scopes.DefaultIfEmpty(Scopes.Models).Append(scope))}"
        : "An operator gives it to the rule of the token's issuer: gw issuers add --scope";
}
