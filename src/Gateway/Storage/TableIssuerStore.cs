using Azure;
using Azure.Data.Tables;
using Gateway.Authentication.Oidc;

namespace Gateway.Storage;

/// <summary>The rules as rows of one partition: they are few and always read together.</summary>
internal sealed class TableIssuerStore(TableServiceClient service) : IIssuerStore
{
    private readonly TableClient _table = service.GetTableClient(TableNames.Issuers);

    public Task<IReadOnlyList<TrustedIssuer>> ListAsync(CancellationToken cancellationToken) => StorageCall.RunAsync(
        token => TableRows.ListAsync(_table, IssuerRow.ToIssuer, token),
        cancellationToken);

    public Task<bool> AddAsync(TrustedIssuer issuer, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async token =>
        {
            try
            {
                await _table.AddEntityAsync(IssuerRow.FromIssuer(issuer), token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 409)
            {
                return false;
            }
        },
        cancellationToken);

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async token =>
        {
            Response response = await _table.DeleteEntityAsync(IssuerRow.Partition, id, ETag.All, token);
            return response.Status != 404;
        },
        cancellationToken);
}
