using System.Text.Json;
using Gateway.Upstreams;

namespace Gateway.Tests.Settings;

/// <summary>At functionTimeout the Functions host ends the worker, with everything that it is answering.</summary>
public sealed class FunctionTimeoutTests
{
    private static readonly TimeSpan s_mostOfConsumption = TimeSpan.FromMinutes(10);

    private static TimeSpan Timeout =>
        TimeSpan.Parse(JsonElement.Parse(Read("host.json")).GetProperty("functionTimeout").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Function_timeout_is_far_above_the_longest_wait_for_an_upstream()
    {
        UpstreamTimeouts usual = new();
        Assert.True(Timeout >= 3 * (usual.FirstByte + usual.Idle), $"functionTimeout is {Timeout}.");
    }

    /// <summary>The Consumption plan (Y1) refuses to start with more than ten minutes: every request is a 503.</summary>
    [Fact]
    public void Function_timeout_fits_the_plan_of_the_templates()
    {
        Assert.True(Timeout <= s_mostOfConsumption || Read("infra/modules/function-app.bicep").Contains("tier: 'FlexConsumption'", StringComparison.Ordinal));
        Assert.Contains("functionTimeout", Read("docs/deploy.md"), StringComparison.Ordinal);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(TestClients.Folder, "../..", path));
}
