using Gateway.Bounds;
using Gateway.Reload;
using Gateway.Routing;
using Gateway.Settings;
using Gateway.Tests.Support;
using Gateway.Upstreams;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Reload;

/// <summary>What a look at the file makes of it, one look after the other; and what many changes leave behind.</summary>
public sealed class ConfigurationReloadTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-").FullName;
    private readonly ConfigurationManager _settings = new();
    private GatewayServer _gateway = null!;
    private ConfigurationReload _reload = null!;

    private string Path => System.IO.Path.Combine(_folder, "gateway.json");

    private LiveRouter Live => _gateway.Services.GetRequiredService<LiveRouter>();

    public async Task InitializeAsync()
    {
        Write("first");
        _gateway = await GatewayServer.StartAsync(("Gateway:Models:0:Id", "first"), ("Gateway:Models:0:Targets:0", "echo/first"));
        _settings.AddGatewayFile(_folder);
        _reload = new ConfigurationReload(
            GatewayFile.In(_settings)!, _settings, Live, ActivatorUtilities.CreateInstance<Retained>(_gateway.Services), _gateway.Services.GetRequiredService<UnpricedModels>(), GatewayServices.Check, TimeProvider.System, _gateway.Services.GetRequiredService<ILoggerFactory>());
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _reload.Dispose();
        _settings.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_is_still_being_written_is_waited_for()
    {
        Write("second");
        string whole = File.ReadAllText(Path);
        foreach (int part in new[] { 0, 10, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllText(Path, whole[..part]);
            Look(3);
            Assert.Equal((1, null), (Live.Generation.Number, Live.Generation.Refused));
        }

        File.WriteAllText(Path, whole);
        Look(1);
        Assert.Equal(1, Live.Generation.Number);
        Look(1);
        Assert.Equal(2, Live.Generation.Number);
        Assert.NotNull(Live.Now.Find("second"));
        Look(5);
        Assert.Equal(2, Live.Generation.Number);
    }

    [Fact]
    public void What_stays_broken_is_complained_of_once()
    {
        LogLines log = LogLines.Of(_gateway);
        File.WriteAllText(Path, "{");
        Look(3);
        Assert.Null(Live.Generation.Refused);
        Look(20);
        Assert.Contains("is not valid JSON", Assert.Single(Live.Generation.Refused!.Problems), StringComparison.Ordinal);
        Assert.Single(log.Written, line => line.Level == LogLevel.Error);

        // Another mistake is said, too.
        File.WriteAllText(Path, """{"Gateway":{"Typo":1}}""");
        Look(20);
        Assert.StartsWith("Gateway:Typo is no setting.", Assert.Single(Live.Generation.Refused!.Problems), StringComparison.Ordinal);
        Assert.Equal(2, log.Written.Count(line => line.Level == LogLevel.Error));
    }

    [Fact]
    public void What_cannot_be_read_is_refused_in_words_until_it_can_be()
    {
        LogLines log = LogLines.Of(_gateway);
        File.Delete(Path);
        Directory.CreateDirectory(Path);
        Look(3);
        Assert.Null(Live.Generation.Refused);
        Look(10);
        Assert.Contains("cannot be read: It is a folder.", Assert.Single(Live.Generation.Refused!.Problems), StringComparison.Ordinal);

        Assert.Single(log.Written, line => line.Level == LogLevel.Error);

        Directory.Delete(Path);
        Write("first");
        Look(2);
        Assert.Equal((1, null), (Live.Generation.Number, Live.Generation.Refused));
        Write("second");
        Look(2);
        Assert.Equal(2, Live.Generation.Number);
    }

    /// <summary>What a start would refuse is refused, be it about models or not: half a change is none.</summary>
    [Theory]
    [InlineData("\"Upstream\":{\"IdleSeconds\":\"soon\"}", "Gateway:Upstream:IdleSeconds is 'soon'")]
    [InlineData("\"Typo\":1", "Gateway:Typo is no setting.")]
    [InlineData("\"Models\":[{\"Id\":\"x\",\"Targets\":[\"nobody/x\"]}]", "Gateway:Models:0:Targets of 'x' names the provider 'nobody'")]
    public void Mistake_anywhere_refuses_all(string member, string why)
    {
        File.WriteAllText(Path, $$$"""{"Gateway":{"Providers":{"p":{"Kind":"echo"}},{{{member}}}}}""");
        Look(2);
        Assert.StartsWith(why, Assert.Single(Live.Generation.Refused!.Problems), StringComparison.Ordinal);
        Assert.Equal((1, true), (Live.Generation.Number, Live.Now.Find("first") is not null));

        Write("second");
        Look(2);
        Assert.Equal((2, null), (Live.Generation.Number, Live.Generation.Refused));
    }

    /// <summary>Of each generation nothing is left but what is served now.</summary>
    [Fact]
    public async Task A_thousand_changes_leave_nothing_behind()
    {
        for (int i = 0; i < 1000; i++)
        {
            Write($"m{i}", provider: $"p{i}");
            Look(2);
            if (i % 10 == 0)
            {
                using HttpResponseMessage response = await _gateway.PostAsync("/v1/messages", $$"""{"model":"m{{i}}","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}""");
                Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            }
        }

        Assert.Equal(1001, Live.Generation.Number);
        Assert.Equal(["m999"], Live.Now.Catalog.Models.Select(model => model.Id));
        Assert.InRange(_gateway.Services.GetRequiredService<TargetHealth>().Count, 0, 1);
        Assert.InRange(_gateway.Services.GetRequiredService<TargetSpeeds>().Count, 0, 1);
        Assert.InRange(_gateway.Services.GetRequiredService<CallSlots>().Count, 0, 2);
    }

    /// <summary>What is known of a target that did not change is worth keeping.</summary>
    [Fact]
    public async Task Target_that_stays_is_remembered()
    {
        Write("m", provider: "p", more: "\"DisplayName\": \"one\",");
        Look(2);
        using HttpResponseMessage response = await _gateway.PostAsync("/v1/messages", """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}""");
        Assert.True(response.IsSuccessStatusCode);
        Write("m", provider: "p", more: "\"DisplayName\": \"two\",");
        Look(2);
        Assert.Equal(3, Live.Generation.Number);
        Assert.Equal(1, _gateway.Services.GetRequiredService<TargetHealth>().Count);
        Assert.Equal(2, _gateway.Services.GetRequiredService<CallSlots>().Count);
    }

    private void Write(string model, string provider = "p", string more = "") => File.WriteAllText(Path, $$$"""
        {"Gateway":{"Providers":{"{{{provider}}}":{"Kind":"echo","MaxConcurrent":5}},"Models":[{"Id":"{{{model}}}",{{{more}}}"Targets":[{"Target":"{{{provider}}}/{{{model}}}","MaxConcurrent":3}]}]}}
        """);

    private void Look(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _reload.Look();
        }
    }
}
