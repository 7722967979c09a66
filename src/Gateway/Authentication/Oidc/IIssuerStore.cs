using Gateway.Storage;

namespace Gateway.Authentication.Oidc;

/// <summary>Keeps the rules for trusted issuers. Throws <see cref="StorageUnavailableException"/> when it does not answer.</summary>
internal interface IIssuerStore
{
    /// <summary>All of them, in no order.</summary>
    Task<IReadOnlyList<TrustedIssuer>> ListAsync(CancellationToken cancellationToken);

    /// <summary>False when the id is taken.</summary>
    Task<bool> AddAsync(TrustedIssuer issuer, CancellationToken cancellationToken);

    /// <summary>False when there is none.</summary>
    Task<bool> RemoveAsync(string id, CancellationToken cancellationToken);
}
