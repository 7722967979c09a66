using Gateway.Authentication.Access;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>GET /manage/me</c>: who the caller is to this gateway, and what it may see and do. Needs no scope, so that a page can ask first.</summary>
public sealed class MeHandler(ManagePipeline pipeline)
{
    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.OwnAsync(http, (caller, _) =>
        Task.FromResult(new QueryReader(http.Request.Query).Refusal ?? ManageAnswer.Of(Of(caller), ManageJson.Default.CallerDocument)), cancellationToken);

    private static CallerDocument Of(Caller caller) => new(
        caller.KeyId,
        caller.Name,

        // The bootstrap key is of no team.
        caller.OnlyManages ? null : caller.Team,
        caller.Person,
        caller.CredentialKind,
        caller.Scopes,
        Sight.Of(caller) switch { null => "own", { OfAll: true } => "all", _ => "team" },
        caller.HasScope(Scopes.Manage),
        caller.ExpiresAt);
}

/// <param name="KeyId">As usage and the audit trail name it.</param>
/// <param name="Name">Of the key or of the rule of the token.</param>
/// <param name="Team">Whose limits count, too; null for the bootstrap key.</param>
/// <param name="Person">As the token names it.</param>
/// <param name="Credential">What was sent.</param>
/// <param name="Scopes">What it was given.</param>
/// <param name="Sees">Whose numbers: <c>all</c>, those of its <c>team</c>, its <c>own</c>.</param>
/// <param name="Manages">It may change things under <c>/manage</c>.</param>
/// <param name="ExpiresAt">Of the key or token.</param>
internal sealed record CallerDocument(
    string KeyId, string? Name, string? Team, string? Person, CredentialKind Credential, IReadOnlyList<string> Scopes, string Sees, bool Manages, DateTimeOffset? ExpiresAt);
