using Gateway.Tests.Support;

namespace Gateway.Tests.Golden;

/// <summary>Every golden case of the translation, over HTTP and through the whole gateway.</summary>
public abstract class GoldenOverHttpTests
{
    /// <summary>The cases that one request cannot show; more of them would be noticed.</summary>
    private const int NotOverHttp = 52;

    /// <summary>Starts a gateway with the configuration in the file; the second value is a key that may ask for every model.</summary>
    internal abstract Task<(TestGateway Gateway, string Key)> StartAsync(string configurationFile);

    [Fact]
    public async Task Golden_cases_hold_over_HTTP()
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(5));
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        string folder = Directory.CreateTempSubdirectory("golden").FullName;
        string file = Path.Combine(folder, "gateway.json");
        await File.WriteAllTextAsync(file, WireCase.Configuration(upstream.Url), deadline.Token);
        (TestGateway gateway, string key) = await StartAsync(file);
        Directory.Delete(folder, recursive: true);
        await using TestGateway running = gateway;

        List<string> failures = [];
        int ran = 0;
        foreach (WireCase each in WireCase.All.Where(each => each.WhyNotOverHttp is null))
        {
            ran++;
            if (await new WireRun(each, gateway.Client, key, upstream).DifferenceAsync(deadline.Token) is { } difference)
            {
                failures.Add($"{each.Golden.Name}: {difference}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {ran} cases failed:\n{string.Join('\n', failures)}");
        Assert.Equal(WireCase.All.Count - NotOverHttp, ran);
    }
}
