using Gateway.Reload;

namespace Gateway.Cli.Doctor;

/// <summary>What <c>config check</c> says: mistakes would stop the start, remarks would not.</summary>
internal static class SettingsCheck
{
    private const string Name = "settings";

    public static IEnumerable<Finding> Of(ConfigurationCheck check)
    {
        foreach (string mistake in check.Mistakes)
        {
            yield return Finding.Fail(Name, mistake);
        }

        foreach (string remark in check.Remarks)
        {
            yield return Finding.Warn(Name, remark);
        }

        if (check.Result is { } result)
        {
            yield return Finding.Ok(Name, $"the gateway would start: {Count(result.Providers.Count, "provider")}, {Count(result.Models.Count, "model")}{(check.Sources.Count > 0 ? $" (read: {string.Join("; ", check.Sources)})" : "")}");
        }
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
