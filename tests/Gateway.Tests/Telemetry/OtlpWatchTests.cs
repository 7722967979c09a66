using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry;

/// <summary>A collector that takes nothing is told of: once, without a request, and once when it is back.</summary>
[Collection(TelemetryTests.Collection)]
public sealed class OtlpWatchTests
{
    private static readonly (string, string?)[] s_often = [("OTEL_METRIC_EXPORT_INTERVAL", "100"), ("Logging:LogLevel:Gateway", "Information")];

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Nobody_at_the_address_is_one_warning_however_often_it_fails_and_one_line_when_it_works_again(string protocol)
    {
        string url = FreeUrl();
        NamedLines log = new();
        await using GatewayServer gateway = await StartAsync(log, url.Replace("127.0.0.1", "user:secret@127.0.0.1", StringComparison.Ordinal) + "?key=secret", protocol);
        await Patience.UntilAsync(() => Of(log, url, 80).Count > 0);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "/v1/models", null, default, ("x-api-key", GatewayServer.Key))).StatusCode);
        if (protocol == "http/protobuf")
        {
            await using OtlpReceiver collector = await OtlpReceiver.StartAsync(url);
            await Patience.UntilAsync(() => Of(log, url, 81).Count > 0);
            Assert.Single(Of(log, url, 81));
        }

        NamedLine warning = Assert.Single(Of(log, url, 80));
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains("Connection refused", warning.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(log.All, line => line.Text.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("grpc", "HTTP/2")]
    [InlineData("http/protobuf", "404 (Not Found)")]
    public async Task Server_that_is_no_collector_is_told_with_what_it_answered(string protocol, string reason)
    {
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        server.Answer = context => FakeUpstream.Json(context, 404, "page-nobody-may-log");
        NamedLines log = new();
        await using (await StartAsync(log, server.Url, protocol))
        {
            await Patience.UntilAsync(() => Of(log, server.Url, 80).Count > 0);
        }

        Assert.Contains(reason, Assert.Single(Of(log, server.Url, 80)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(log.All, line => line.Text.Contains("page-nobody-may-log", StringComparison.Ordinal));
    }

    private static Task<GatewayServer> StartAsync(NamedLines log, string url, string protocol) => GatewayServer.StartAsync(
        services => services.AddSingleton<ILoggerProvider>(log), [("OTEL_EXPORTER_OTLP_ENDPOINT", url), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), .. s_often]);

    /// <summary>Exporters of other tests are heard here, too: they share the process.</summary>
    private static IReadOnlyList<NamedLine> Of(NamedLines log, string url, int happened) =>
        [.. log.All.Where(line => line.Event == happened && line.Category == "Gateway.Telemetry.OtlpWatch" && ((string)line["Address"]!).StartsWith(url, StringComparison.Ordinal))];

    private static string FreeUrl()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }
}
