using Gateway.Audit;
using Gateway.Storage;

namespace Gateway.Authentication.Oidc;

/// <summary>What operators do with trusted issuers, each act on record.</summary>
public sealed class IssuerAdministration
{
    private readonly IIssuerStore _issuers;
    private readonly AuditTrail _audit;
    private readonly TimeProvider _time;

    internal IssuerAdministration(IIssuerStore issuers, AuditTrail audit, TimeProvider time)
    {
        _issuers = issuers;
        _audit = audit;
        _time = time;
    }

    public async Task<IReadOnlyList<TrustedIssuer>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await _issuers.ListAsync(cancellationToken)).OrderBy(issuer => issuer.Id, StringComparer.Ordinal)];

    public async Task<TrustedIssuer?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await _issuers.ListAsync(cancellationToken)).FirstOrDefault(issuer => issuer.Id == id);

    public async Task<IssuerChange> AddAsync(TrustedIssuer request, string actor, CancellationToken cancellationToken)
    {
        if (request.Validate() is { Count: > 0 } errors)
        {
            return new IssuerChange.Refused(errors);
        }

        TrustedIssuer issuer = request with { CreatedAt = _time.GetUtcNow(), CreatedBy = actor };
        return await _audit.RecordAsync(actor, "issuer.add", issuer.Id, Details(issuer), () => _issuers.AddAsync(issuer, cancellationToken), cancellationToken)
            ? new IssuerChange.Done(issuer)
            : new IssuerChange.Conflict($"There is an issuer '{issuer.Id}' already. Remove it first, or choose another id.");
    }

    public async Task<IssuerChange> RemoveAsync(string id, string actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } issuer)
        {
            return new IssuerChange.NotFound(id);
        }

        return await _audit.RecordAsync(actor, "issuer.remove", id, Details(issuer), () => _issuers.RemoveAsync(id, cancellationToken), cancellationToken)
            ? new IssuerChange.Done(issuer)
            : new IssuerChange.NotFound(id);
    }

    private static Dictionary<string, string> Details(TrustedIssuer issuer) => new()
    {
        ["issuer"] = issuer.Issuer,
        ["audiences"] = string.Join(' ', issuer.Audiences),
        ["claims"] = string.Join(' ', issuer.Claims.Select(claim => $"{claim.Key}={string.Join('|', claim.Value)}")),
        ["team"] = issuer.Team,
        ["people"] = issuer.People is { } people ? RowJson.Text(people, PeopleRuleJson.Default.PeopleRule) : "none",
    };
}
