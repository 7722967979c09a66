using System.Text.Json;
using Azure.Data.Tables;
using Gateway.Authentication.Access;
using Gateway.Storage;

namespace Gateway.Authentication.Oidc;

/// <summary>
/// A rule as a row. One row that cannot be read makes all rules unavailable: leaving it out could let a token through
/// to a wider rule.
/// </summary>
internal static class IssuerRow
{
    public const string Partition = "issuer";

    public static TableEntity FromIssuer(TrustedIssuer issuer)
    {
        TableEntity row = new(Partition, issuer.Id)
        {
            [nameof(TrustedIssuer.Issuer)] = issuer.Issuer,
            [nameof(TrustedIssuer.Audiences)] = RowJson.Text(issuer.Audiences, StorageJson.Default.IReadOnlyListString),
            [nameof(TrustedIssuer.Claims)] = RowJson.Text(issuer.Claims, StorageJson.Default.IReadOnlyDictionaryStringIReadOnlyListString),
            [nameof(TrustedIssuer.AnySubject)] = issuer.AnySubject,
            [nameof(TrustedIssuer.PerSubject)] = issuer.PerSubject,
            [nameof(TrustedIssuer.Team)] = issuer.Team,
            [nameof(TrustedIssuer.Scopes)] = RowJson.Text(issuer.Scopes, StorageJson.Default.IReadOnlyListString),
            [nameof(TrustedIssuer.Models)] = RowJson.Text(issuer.Models, StorageJson.Default.IReadOnlyListString),
            [nameof(TrustedIssuer.Providers)] = RowJson.Text(issuer.Providers, StorageJson.Default.IReadOnlyListString),
            [nameof(TrustedIssuer.Limits)] = RowJson.Text(issuer.Limits, LimitsJson.Default.Limits),
            [nameof(TrustedIssuer.Tags)] = RowJson.Text(issuer.Tags, StorageJson.Default.IReadOnlyDictionaryStringString),
            [nameof(TrustedIssuer.CreatedAt)] = issuer.CreatedAt,
            [nameof(TrustedIssuer.CreatedBy)] = issuer.CreatedBy,
        };
        if (issuer.People is { } people)
        {
            row[nameof(TrustedIssuer.People)] = RowJson.Text(people, PeopleRuleJson.Default.PeopleRule);
        }

        if (issuer.Name is not null)
        {
            row[nameof(TrustedIssuer.Name)] = issuer.Name;
        }

        return row;
    }

    public static TrustedIssuer ToIssuer(TableEntity row)
    {
        try
        {
            return new TrustedIssuer
            {
                Id = row.RowKey,
                Issuer = row.GetString(nameof(TrustedIssuer.Issuer)) ?? throw new JsonException(),
                Audiences = RowJson.Value(row, nameof(TrustedIssuer.Audiences), StorageJson.Default.IReadOnlyListString) ?? throw new JsonException(),
                Claims = RowJson.Value(row, nameof(TrustedIssuer.Claims), StorageJson.Default.IReadOnlyDictionaryStringIReadOnlyListString) ?? throw new JsonException(),
                AnySubject = row.GetBoolean(nameof(TrustedIssuer.AnySubject)) ?? false,
                PerSubject = row.GetBoolean(nameof(TrustedIssuer.PerSubject)) ?? false,
                People = RowJson.Value(row, nameof(TrustedIssuer.People), PeopleRuleJson.Default.PeopleRule),
                Team = row.GetString(nameof(TrustedIssuer.Team)) ?? throw new JsonException(),
                Name = row.GetString(nameof(TrustedIssuer.Name)),
                Scopes = RowJson.Value(row, nameof(TrustedIssuer.Scopes), StorageJson.Default.IReadOnlyListString) ?? [],
                Models = RowJson.Value(row, nameof(TrustedIssuer.Models), StorageJson.Default.IReadOnlyListString) ?? [],
                Providers = RowJson.Value(row, nameof(TrustedIssuer.Providers), StorageJson.Default.IReadOnlyListString) ?? [],
                Limits = RowJson.Value(row, nameof(TrustedIssuer.Limits), LimitsJson.Default.Limits) ?? Limits.None,
                Tags = RowJson.Value(row, nameof(TrustedIssuer.Tags), StorageJson.Default.IReadOnlyDictionaryStringString) ?? new Dictionary<string, string>(),
                CreatedAt = row.GetDateTimeOffset(nameof(TrustedIssuer.CreatedAt)) ?? default,
                CreatedBy = row.GetString(nameof(TrustedIssuer.CreatedBy)) ?? string.Empty,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new StorageUnavailableException($"The row of issuer {row.RowKey} in table '{TableIssuerStore.TableName}' cannot be read. Mend the row or delete it.");
        }
    }
}
