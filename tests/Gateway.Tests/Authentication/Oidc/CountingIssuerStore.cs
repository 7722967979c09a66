using Gateway.Authentication.Oidc;
using Gateway.Storage;

namespace Gateway.Tests.Authentication.Oidc;

/// <summary>Counts the reads of the store inside, and can be away.</summary>
internal sealed class CountingIssuerStore : IIssuerStore
{
    private readonly MemoryIssuerStore _inner = new();

    public int Reads { get; private set; }

    public bool IsAway { get; set; }

    public Task<IReadOnlyList<TrustedIssuer>> ListAsync(CancellationToken cancellationToken)
    {
        Reads++;
        return IsAway ? throw new StorageUnavailableException("away") : _inner.ListAsync(cancellationToken);
    }

    public Task<bool> AddAsync(TrustedIssuer issuer, CancellationToken cancellationToken) => _inner.AddAsync(issuer, cancellationToken);

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => _inner.RemoveAsync(id, cancellationToken);
}
