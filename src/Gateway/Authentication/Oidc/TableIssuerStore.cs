using Azure;
using Azure.Data.Tables;
using Gateway.Storage;

namespace Gateway.Authentication.Oidc;

/// <summary>The rules as rows of one partition: they are few and always read together.</summary>
internal sealed class TableIssuerStore(TableStorage storage) : IIssuerStore
{
    public const string TableName = "issuers";

    private readonly TableClient _table = storage.Table(TableName);

    public Task<IReadOnlyList<TrustedIssuer>> ListAsync(CancellationToken cancellationToken) => storage.RunAsync(
        token => TableRows.ListAsync(_table, IssuerRow.ToIssuer, token),
        cancellationToken);

    public Task<bool> AddAsync(TrustedIssuer issuer, CancellationToken cancellationToken) => storage.RunAsync(
        async token =>
        {
            TableEntity row = IssuerRow.FromIssuer(issuer);
            try
            {
                await _table.AddEntityAsync(row, token);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 409)
            {
                return await TableRow.HoldsAsync(_table, row, token);
            }
        },
        cancellationToken);

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => storage.RunAsync(
        token => TableRow.DeleteAsync(_table, IssuerRow.Partition, id, token),
        cancellationToken);
}
