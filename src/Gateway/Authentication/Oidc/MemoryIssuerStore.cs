using System.Collections.Concurrent;

namespace Gateway.Authentication.Oidc;

/// <summary>Rules that live as long as the process.</summary>
internal sealed class MemoryIssuerStore : IIssuerStore
{
    private readonly ConcurrentDictionary<string, TrustedIssuer> _issuers = new();

    public Task<IReadOnlyList<TrustedIssuer>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TrustedIssuer>>([.. _issuers.Values]);

    public Task<bool> AddAsync(TrustedIssuer issuer, CancellationToken cancellationToken) => Task.FromResult(_issuers.TryAdd(issuer.Id, issuer));

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => Task.FromResult(_issuers.TryRemove(id, out _));
}
