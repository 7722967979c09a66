using System.Diagnostics;
using Gateway.Tests.Support;

namespace Gateway.Tests.Clients;

/// <summary>A gateway before the scripted upstream of tests/clients, which speaks all forms: for each a provider, and models over it.</summary>
public sealed class ThroughGateway : IAsyncLifetime
{
    private Process _upstream = null!;

    /// <summary>The forms that upstreams speak, as the scripts know them.</summary>
    public static IEnumerable<string> Forms => Providers.Select(provider => provider.Form);

    public string UpstreamUrl { get; private set; } = null!;

    public GatewayServer Gateway { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _upstream = Process.Start(TestClients.Node("upstream/server.mjs"))!;
        UpstreamUrl = await ProcessOutput.Read(_upstream, "listening on ").AfterMarkAsync();
        List<(string Name, string? Value)> settings = [("Gateway:Upstream:PingSeconds", "0.2")];
        int models = 0;
        foreach ((string form, string kind, string address, string target) in Providers)
        {
            settings.Add(($"Gateway:Providers:{form}:Kind", kind));
            settings.Add(($"Gateway:Providers:{form}:BaseUrl", UpstreamUrl + address));
            settings.Add(($"Gateway:Providers:{form}:ApiKey", "sk-" + form));
            if (kind == "openai")
            {
                settings.Add(($"Gateway:Providers:{form}:Api", form));
            }

            foreach ((string id, string name) in new[] { ("over", target), ("claude-over", target), ("broken-over", target + "-broken"), ("priced-over", target + "-priced") })
            {
                if (id == "priced-over")
                {
                    settings.Add(($"Gateway:Models:{models}:Price:Input", "10"));
                    settings.Add(($"Gateway:Models:{models}:Price:Output", "10"));
                }

                settings.Add(($"Gateway:Models:{models}:Id", $"{id}-{form}"));
                settings.Add(($"Gateway:Models:{models++}:Targets:0", $"{form}/{name}"));
            }
        }

        Gateway = await GatewayServer.StartAsync([.. settings]);
    }

    /// <summary>Runs a script of tests/clients, whose tests must all pass.</summary>
    public async Task JudgeAsync(string script, params (string Name, string Value)[] more)
    {
        ProcessStartInfo start = TestClients.Node("--test", script);
        foreach ((string name, string value) in (IEnumerable<(string, string)>)[("BASE_URL", Gateway.Url), ("API_KEY", Gateway.ApiKey), ("UPSTREAM_URL", UpstreamUrl), ("FORMS", string.Join(',', Forms)), .. more])
        {
            start.Environment[name] = value;
        }

        await TestClients.PassesAsync(start);
    }

    public async Task DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _upstream.Kill();
        await _upstream.WaitForExitAsync();
        _upstream.Dispose();
    }

    /// <summary>tests/clients/with-gateway.mjs says the same.</summary>
    private static readonly (string Form, string Kind, string Address, string Target)[] Providers =
    [
        ("chat", "openai", "/v1", "gpt-5-mini"),
        ("messages", "anthropic", "", "claude-sonnet-4-5"),
        ("responses", "openai", "/v1", "gpt-5.2"),
    ];
}
