using Gateway.Authentication.Oidc;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>/manage/issuers</c>. A rule is not changed but removed and added: both are on record with all that it says.</summary>
public sealed class IssuersHandler(ManagePipeline pipeline, IssuerAdministration issuers, ChangeWarnings warnings)
{
    private const string Collection = "issuers";

    public Task ListAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (_, aborted) =>
        new QueryReader(http.Request.Query).Refusal
            ?? ManageAnswer.Of(new IssuerList(await issuers.ListAsync(aborted)), ManageJson.Default.IssuerList), cancellationToken);

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (_, aborted) =>
        new QueryReader(http.Request.Query).Refusal
            ?? Answer(await issuers.FindAsync(IdOf(http), aborted) is { } issuer ? new IssuerChange.Done(issuer) : new IssuerChange.NotFound("")), cancellationToken);

    public Task AddAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (caller, aborted) =>
    {
        (TrustedIssuer? request, ManageAnswer? refusal) = await ManageBody.ReadAsync(http.Request, IssuerFields.OfNew, IssuerFields.ReadNew, aborted);
        if (refusal is not null)
        {
            return refusal;
        }

        string? like = await warnings.OfTeamAsync(request!.Team, aborted);
        return Answer(Warned(await issuers.AddAsync(request, KeysHandler.Actor(caller), CancellationToken.None), like), made: true);
    }, cancellationToken);

    public Task RemoveAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(
        http, async (caller, _) => Answer(await issuers.RemoveAsync(IdOf(http), KeysHandler.Actor(caller), CancellationToken.None)), cancellationToken);

    private IssuerChange Warned(IssuerChange change, string? like) => change is IssuerChange.Done(var issuer)
        ? new IssuerChange.Done(issuer with { Warnings = warnings.Of(issuer.HasBudget, issuer.Models, issuer.Providers, issuer.Scopes, like) })
        : change;

    private static string IdOf(HttpContext http) => ManagePath.IdAfter(Collection, http.Request);

    private static ManageAnswer Answer(IssuerChange change, bool made = false) => change switch
    {
        IssuerChange.Done(var issuer) when made => ManageAnswer.Made(issuer, IssuerJson.Default.TrustedIssuer, $"/manage/{Collection}/{issuer.Id}"),
        IssuerChange.Done(var issuer) => ManageAnswer.Of(issuer, IssuerJson.Default.TrustedIssuer),
        IssuerChange.NotFound => ManageAnswer.NotFound("There is no issuer of that id. GET /manage/issuers lists them."),
        IssuerChange.Conflict(var reason) => ManageAnswer.Conflict(reason),
        IssuerChange.Refused(var reasons) => ManageAnswer.Invalid(reasons),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };
}
