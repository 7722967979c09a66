using Gateway.Cli.Doctor;
using Gateway.Storage;
using Gateway.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests.Cli.Doctor;

/// <summary>What <c>doctor</c> says of a Table service that is away, or does not let it do something.</summary>
public sealed class DoctorStorageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData(403, "AuthorizationPermissionMismatch", "fail  role: this identity may not read at 127.0.0.1:", "'Storage Table Data Contributor'")]
    [InlineData(403, "AuthorizationFailure", "fail  role: 127.0.0.1:", "network rules")]
    [InlineData(403, "AuthenticationFailed", "fail  role: 127.0.0.1:", "the account key was renewed or is wrong")]
    [InlineData(401, "InvalidAuthenticationInfo", "fail  role: 127.0.0.1:", "another tenant")]
    [InlineData(400, "InvalidInput", "fail  storage: 127.0.0.1:", "(400 InvalidInput)")]
    public async Task Refusal_names_the_role_or_what_else_is_missing(int status, string code, string finding, string cure)
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        tables.Always(Fault.Refuse(status, code));
        Run run = await Run.GatewayAsync(tables.ConnectionString, "doctor");
        Assert.Equal(1, run.ExitCode);
        string line = Assert.Single(run.Output.Split(Environment.NewLine), line => line.StartsWith("fail", StringComparison.Ordinal));
        Assert.StartsWith(finding, line, StringComparison.Ordinal);
        Assert.Contains(cure, line, StringComparison.Ordinal);
        Assert.Contains(code, line, StringComparison.Ordinal);
        Assert.DoesNotContain(Azurite.Key, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_that_may_read_and_not_write_is_told_its_role()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        Task asked = tables.Next("POST /cache", Fault.Refuse(403, "AuthorizationPermissionMismatch"));
        Run run = await Run.GatewayAsync(tables.ConnectionString, "doctor");
        await asked;
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("lets this identity read", run.Output, StringComparison.Ordinal);
        Assert.Contains("fail  role: this identity may not write at 127.0.0.1:", run.Output, StringComparison.Ordinal);
        Assert.Contains("'Storage Table Data Contributor'", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_table_is_named()
    {
        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        Task asked = tables.Next("GET /teams", Fault.Refuse(404, "TableNotFound"));
        Run run = await Run.GatewayAsync(tables.ConnectionString, "doctor");
        await asked;
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("fail  tables: missing: teams  - 'azd provision' makes them", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_behind()
    {
        Assert.Equal(0, (await Run.GatewayAsync(azurite.ConnectionString, "doctor")).ExitCode);
        Assert.Empty(await Azurite.StorageAt(azurite.ConnectionString).Table("cache").QueryAsync<Azure.Data.Tables.TableEntity>("PartitionKey eq 'doctor'").ToListAsync());
    }

    [Fact]
    public async Task Service_that_is_away_or_another_one()
    {
        Run away = await Run.GatewayAsync(Azurite.ConnectionStringAt(Azurite.EndpointAt("http://127.0.0.1:1")), "doctor");
        Assert.Equal(1, away.ExitCode);
        Assert.Contains("fail  storage: 127.0.0.1:1 cannot be reached", away.Output, StringComparison.Ordinal);

        await using FaultyTables tables = await FaultyTables.StartAsync(azurite.Endpoint);
        tables.Always(Fault.Answer(404, "<html>"));
        Run other = await Run.GatewayAsync(tables.ConnectionString, "doctor");
        Assert.Contains("is no Table service", other.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, FindingStatus.Ok, "agree")]
    [InlineData(60, FindingStatus.Warn, "60 s behind")]
    [InlineData(-3600, FindingStatus.Fail, "3600 s ahead of")]
    public async Task Clock_is_held_against_the_services(int behind, object status, string words)
    {
        FakeTimeProvider clock = new(DateTimeOffset.UtcNow.AddSeconds(-behind));
        StorageTrial trial = await new StorageProbe(Azurite.StorageAt(azurite.ConnectionString), [new StoredTable("keys")], clock).ReadAsync("keys", default);
        Assert.InRange(trial.Behind!.Value.TotalSeconds, behind - 5, behind + 120);
        Finding finding = StorageCheck.ClockOf(TimeSpan.FromSeconds(behind));
        Assert.Equal((FindingStatus)status, finding.Status);
        Assert.Contains(words, finding.What, StringComparison.Ordinal);
    }
}
