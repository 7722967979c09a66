using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Telemetry;

/// <summary>A collector on a free port that takes OTLP over HTTP in protobuf, and keeps all of it.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>The settings that make a gateway export to here.</summary>
    public (string Key, string? Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.First()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ];

    /// <param name="url">Where; a free port if nobody says.</param>
    public static async Task<OtlpReceiver> StartAsync(string url = "http://127.0.0.1:0")
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["URLS"] = url;
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        WebApplication app = builder.Build();
        OtlpReceiver receiver = new(app);
        app.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            receiver._received.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Everything that arrived, as text in which any text that was sent can be found.</summary>
    public string Raw => string.Join('\n', _received.Select(r => Encoding.UTF8.GetString(r.Body)));

    /// <summary>The spans of one trace, in the order in which they began.</summary>
    public List<OtlpSpan> Spans(string traceId) =>
    [
        .. Scopes("/v1/traces")
            .SelectMany(scope => scope.Messages(2))
            .Select(OtlpSpan.From)
            .Where(span => span.TraceId == traceId)
            .OrderBy(span => span.Started),
    ];

    /// <summary>What was measured under one name. Series are totals: the last export counts.</summary>
    public List<OtlpPoint> Points(string metric) =>
    [
        .. Scopes("/v1/metrics")
            .SelectMany(scope => scope.Messages(2))
            .Where(m => m.First(1)!.Text == metric)
            .SelectMany(OtlpPoint.From)
            .GroupBy(point => string.Join(';', point.Attributes.OrderBy(a => a.Key).Select(a => $"{a.Key}={a.Value}")))
            .Select(series => series.Last()),
    ];

    /// <summary>Attributes of the process that sent.</summary>
    public IReadOnlyDictionary<string, object?> Resource =>
        OtlpAttributes.Read(new ProtoFields(_received.First().Body).Messages(1).First().Messages(1).First(), 1);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IEnumerable<ProtoFields> Scopes(string path) => _received
        .Where(r => r.Path == path)
        .SelectMany(r => new ProtoFields(r.Body).Messages(1))
        .SelectMany(resource => resource.Messages(2));
}
