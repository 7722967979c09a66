using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Metering.Usage;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Faults;

/// <summary>
/// A gateway before a faulty upstream, and before a good one for models with two targets. Each cell has a model, a
/// provider and a key of its own, so that none knows of another; the clock is the test's.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const string Ready = "ready";

    private readonly UpstreamFault _fault;
    private readonly FaultServer _bad;
    private readonly FaultServer _good;
    private readonly CancellationTokenSource _host;
    private readonly List<(FaultCell Cell, string KeyId, ClientView View)> _seen = [];
    private string _keyId = "";

    private FaultRun(UpstreamFault fault, FaultServer bad, FaultServer good, GatewayServer gateway, HeldKeyStore keys, CancellationTokenSource host, FakeClock clock) =>
        (_fault, _bad, _good, Gateway, Keys, _host, Clock) = (fault, bad, good, gateway, keys, host, clock);

    public GatewayServer Gateway { get; }

    public FakeClock Clock { get; }

    public HeldKeyStore Keys { get; }

    /// <summary>Of the cell at hand.</summary>
    public Cues Cues => _bad.Cues;

    /// <summary>Of the cell at hand: it may have one stream at a time.</summary>
    public string Key { get; private set; } = "";

    /// <summary>What is wrong so far, each with its cell.</summary>
    public List<string> Mistakes { get; } = [];

    public static async Task<FaultRun> StartAsync(UpstreamFault fault)
    {
        FakeClock clock = new();
        FaultServer bad = new(clock) { Script = fault.Script, OnConnect = fault.OnConnect };
        FaultServer good = new(clock);
        List<(string, string?)> settings =
        [
            ("Logging:LogLevel:Default", "None"),
            ("Gateway:DrainSeconds", "5"),
            ("Gateway:Upstream:FirstByteSeconds", "240"),
            ("Gateway:Upstream:IdleSeconds", "120"),
            ("Gateway:Upstream:MaxAnswerMegabytes", "2"),
            ("Gateway:Upstream:MaxEventMegabytes", "1"),
            ($"Gateway:Models:{FaultCell.All.Count}:Id", Ready),
            ($"Gateway:Models:{FaultCell.All.Count}:Targets:0", "good-openai/up"),
            .. Provider("good-openai", "openai", good.Url + "/v1"),
            .. Provider("good-anthropic", "anthropic", good.Url + "/anthropic"),
            .. Provider("good-responses", "responses", good.Url + "/v1"),
        ];
        string address = fault.Address?.Invoke(bad) ?? bad.Url;
        foreach (FaultCell cell in FaultCell.All)
        {
            settings.AddRange(Provider($"bad{cell.Number}", cell.Kind, address + (cell.Kind == "anthropic" ? "" : "/v1")));
            settings.Add(($"Gateway:Models:{cell.Number}:Id", cell.Model));
            settings.Add(($"Gateway:Models:{cell.Number}:Targets:0", $"bad{cell.Number}/up"));
            if (cell.Two)
            {
                settings.Add(($"Gateway:Models:{cell.Number}:Targets:1", $"good-{cell.Kind}/up"));
            }
        }

        HeldKeyStore keys = new();
        CancellationTokenSource host = new();
        GatewayServer gateway = await GatewayServer.StartAsync(Replace, [.. settings, .. fault.Settings]);
        return new FaultRun(fault, bad, good, gateway, keys, host, clock);

        void Replace(IServiceCollection services)
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton<IKeyStore>(keys);
            if (fault.ByHost)
            {
                services.AddSingleton<IStartupFilter>(new HostToken(host.Token));
            }
        }
    }

    /// <summary>One request, and what comes of it.</summary>
    public async Task<ClientView> RunAsync(FaultCell cell)
    {
        _bad.Cues = new Cues();
        (Key, _keyId) = await NewKeyAsync();
        ClientView view = await (_fault.Client?.Invoke(this, cell) ?? AskAsync(cell));
        await _bad.EndedAsync();
        if (!_fault.Stops)
        {
            await Patience.UntilAsync(IsReleasedAsync);
        }

        if ((Cues.TooPatient ? "the gateway waits for ever" : view.Mistake) is { } mistake)
        {
            Mistakes.Add(Say(cell, $"{view.Word}: {mistake}"));
        }

        _seen.Add((cell, _keyId, view));
        return Cues.TooPatient ? new ClientView("never ends") : view;
    }

    public async Task<ClientView> AskAsync(FaultCell cell)
    {
        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Post, cell.Path, cell.Body, default, ("x-api-key", Key));
        Cues.Begun.TrySetResult();
        return await ClientView.ReadAsync(cell, response, _fault.OtherText);
    }

    /// <summary>Nothing runs any more, or the gateway could not stop; then each request has left one row, and it says what its client saw.</summary>
    public async Task CheckBooksAsync()
    {
        IUsageStore store = Gateway.Services.GetRequiredService<IUsageStore>();
        await Gateway.StopAsync().PatientlyAsync();
        List<UsageEntry> rows = await RowsAsync(store);
        if (rows.Count != _seen.Count)
        {
            Mistakes.Add($"{_fault.Name}: {_seen.Count} requests left {rows.Count} usage rows");
        }

        foreach ((FaultCell cell, string keyId, ClientView view) in _seen)
        {
            UsageEntry[] own = [.. rows.Where(row => row.KeyId == keyId)];
            string books = own.Length == 1 ? Books(own[0]) : own.Length == 0 && rows.Any(row => row.KeyId is null) ? ClientView.Left : $"{own.Length} rows";
            if (books != (view.Word is "cut" or "goes on" ? ClientView.Left : view.Error is null ? view.Word.Split(' ')[0] : "error"))
            {
                Mistakes.Add(Say(cell, $"the client saw '{view.Word}', the books say '{books}'"));
            }
        }
    }

    /// <summary>As when the Functions host cancels what runs.</summary>
    public Task CancelByHostAsync() => _host.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await Gateway.DisposeAsync();
        await _bad.DisposeAsync();
        await _good.DisposeAsync();
    }

    /// <summary>Whether the request at hand is in the books already.</summary>
    public async Task<bool> IsBookedAsync() => (await RowsAsync(Gateway.Services.GetRequiredService<IUsageStore>())).Any(row => row.KeyId == _keyId);

    /// <summary>Whoever left before its key was found is in the books without one. Time passes until that is so.</summary>
    public Task BookedWithoutKeyAsync() => Patience.UntilAsync(async () =>
    {
        Clock.AdvanceSeconds(1);
        return (await RowsAsync(Gateway.Services.GetRequiredService<IUsageStore>())).Count(row => row.KeyId is null) > _seen.Count;
    });

    private static string Books(UsageEntry row) => row.ClientLeft ? ClientView.Left : row.Error is not null ? "error" : row.Status == 200 ? "whole" : $"status {row.Status}";

    private static async Task<List<UsageEntry>> RowsAsync(IUsageStore store)
    {
        // A play may last longer than the day.
        DateOnly day = DateOnly.FromDateTime(new FakeClock().GetUtcNow().UtcDateTime);
        List<UsageEntry> rows = [];
        for (int after = 0; after < 4; after++)
        {
            await foreach (UsageEntry row in store.ListAsync(day.AddDays(after), new UsageFilter(), default))
            {
                rows.Add(row);
            }
        }

        return [.. rows.Where(row => row.RequestedModel != Ready)];
    }

    private static (string, string?)[] Provider(string name, string kind, string url) =>
    [
        ($"Gateway:Providers:{name}:Kind", kind == "anthropic" ? kind : "openai"),
        ($"Gateway:Providers:{name}:Api", kind == "responses" ? kind : null),
        ($"Gateway:Providers:{name}:BaseUrl", url),
        ($"Gateway:Providers:{name}:ApiKey", "sk-upstream-secret"),
    ];

    private async Task<(string Text, string Id)> NewKeyAsync()
    {
        NewKey wanted = new() { Team = "faults", Limits = new Limits { ConcurrentStreams = new RateLimit(1) } };
        KeyAdministration keys = Gateway.Services.GetRequiredService<KeyAdministration>();
        KeyChange.Issued issued = Assert.IsType<KeyChange.Issued>(await keys.CreateAsync(wanted, "test", default));
        return (issued.Text, issued.Key.Id);
    }

    /// <summary>The key may have its one stream again.</summary>
    private async Task<bool> IsReleasedAsync()
    {
        using HttpResponseMessage response = await Gateway.SendAsync(
            HttpMethod.Post, "/v1/chat/completions", $$"""{"model":"{{Ready}}","stream":true,"messages":[{"role":"user","content":"Hello"}]}""", default, ("x-api-key", Key));
        string answer = await response.Content.ReadAsStringAsync();
        return (int)response.StatusCode == 200 && answer.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal);
    }

    private string Say(FaultCell cell, string what) => $"{_fault.Name}, {cell.Way}, {(cell.Streamed ? "stream" : "whole")}, {(cell.Two ? "two targets" : "one target")}: {what}";
}
