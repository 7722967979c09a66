using System.Globalization;
using System.Runtime.CompilerServices;
using Gateway.Storage;

namespace Gateway.Cli.Doctor;

/// <summary>
/// The Table service: whether it is there and lets this identity read, whether all tables are, whether a row can be
/// written, and whether the clocks agree. What cannot be known after a failure is not asked.
/// </summary>
internal sealed class StorageCheck(StorageProbe probe)
{
    private const string Storage = "storage";
    private const string Tables = "tables";
    private const string Role = "role";
    private const string Clock = "clock";

    /// <summary>Tokens and signatures are refused from five minutes on, windows of budgets end by the clock.</summary>
    private static readonly TimeSpan s_far = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_off = TimeSpan.FromSeconds(10);

    /// <summary>Rows can be read.</summary>
    public bool Reads { get; private set; }

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<string> missing = [];
        bool clockSaid = false;
        foreach (string table in probe.Tables)
        {
            StorageTrial trial = await probe.ReadAsync(table, cancellationToken);
            if (!clockSaid && trial.Behind is { } behind)
            {
                clockSaid = true;
                yield return ClockOf(behind);
            }

            if (trial.Outcome == StorageOutcome.NoTable)
            {
                missing.Add(table);
            }
            else if (trial.Outcome != StorageOutcome.Works)
            {
                yield return Problem(trial, "read");
                yield break;
            }
        }

        Reads = true;
        yield return Finding.Ok(Storage, $"{probe.Host} answers and lets this identity read");
        if (missing.Count > 0)
        {
            yield return Finding.Fail(Tables, $"missing: {string.Join(", ", missing)}", "'azd provision' makes them, and so does the first command that writes, such as 'gw keys create'");
        }
        else
        {
            yield return Finding.Ok(Tables, $"all {probe.Tables.Count} are there");
        }

        StorageTrial write = await probe.WriteAsync(cancellationToken);
        if (write.Outcome == StorageOutcome.Works)
        {
            yield return Finding.Ok(Role, "a row was written and taken away again");
        }
        else if (write.Outcome != StorageOutcome.NoTable)
        {
            yield return Problem(write, "write");
        }

        Finding versions;
        try
        {
            StoredVersions stored = await probe.VersionsAsync(cancellationToken);
            versions = stored switch
            {
                { Refusal: { } refusal } => Finding.Fail(Tables, refusal),
                { Warning: { } warning } => Finding.Warn(Tables, warning),
                _ => Finding.Ok(Tables, $"versions {stored.Words}"),
            };
        }
        catch (StorageUnavailableException exception)
        {
            versions = Finding.Fail(Tables, $"their versions cannot be read: {exception.Message}");
        }

        yield return versions;
    }

    internal static Finding ClockOf(TimeSpan behind)
    {
        string off = string.Create(CultureInfo.InvariantCulture, $"{Math.Round(behind.Duration().TotalSeconds)} s {(behind > TimeSpan.Zero ? "behind" : "ahead of")}");
        const string Cure = "set this machine's clock by a time server";
        return behind.Duration() > s_far ? Finding.Fail(Clock, $"this machine is {off} the Table service, which refuses signatures and tokens of such a time", Cure)
            : behind.Duration() > s_off ? Finding.Warn(Clock, $"this machine is {off} the Table service", Cure)
            : Finding.Ok(Clock, "this machine and the Table service agree");
    }

    private Finding Problem(StorageTrial trial, string act)
    {
        string code = trial.Code.Length > 0 ? $" ({trial.Code})" : "";
        return trial.Outcome switch
        {
            StorageOutcome.NoRole => Finding.Fail(
                Role,
                $"this identity may not {act} at {probe.Host}{code}",
                "give it the role 'Storage Table Data Contributor' on the storage account (az role assignment create --role \"Storage Table Data Contributor\" --assignee <object id> --scope <id of the account>), and wait some minutes; a SAS needs the permissions raud on service t and resource types sco"),
            StorageOutcome.Forbidden => Finding.Fail(
                Role,
                $"{probe.Host} forbids to {act}{code}",
                "the account key or SAS is wrong, or the account's network rules leave this address out (operatorIpRanges of the template); an identity needs the role 'Storage Table Data Contributor'"),
            StorageOutcome.BadCredential => Finding.Fail(
                Role,
                $"{probe.Host} does not accept the credential{code}",
                "the account key was renewed or is wrong, the token is of another tenant ('az login --tenant ...'), or this machine's clock is wrong"),
            StorageOutcome.NoIdentity => Finding.Fail(
                Storage,
                $"this process has no identity to show to {probe.Host}",
                "on Azure give the app a managed identity (and GatewayStorage__clientId, if it is a user-assigned one); elsewhere sign in with 'az login' or 'azd auth login'"),
            StorageOutcome.Unreachable => Finding.Fail(Storage, $"{probe.Host} cannot be reached", "look at the address in GatewayStorage, at DNS and at firewalls; Azurite has to run first"),
            StorageOutcome.Silent => Finding.Fail(Storage, $"{probe.Host} did not answer in time", "look at the address in GatewayStorage and at firewalls that drop packets"),
            StorageOutcome.NoTableService => Finding.Fail(Storage, $"what answers at {probe.Host} is no Table service{code}", "look at the address in GatewayStorage: that of tables has 'table' in its name, or port 10002 of Azurite"),
            _ => Finding.Fail(Storage, $"{probe.Host} failed to {act}{code}", "try again; if it stays so, look at the health of the storage account"),
        };
    }
}
