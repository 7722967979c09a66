using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Http;

/// <summary>Registers the frame of every request, and what answers without a model.</summary>
internal static class HttpServices
{
    public static IServiceCollection AddHttp(this IServiceCollection services)
    {
        services.AddSingleton<Drain>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<Drain>());
        services.AddOptions<HostOptions>().Configure<DrainOptions>((host, drain) => host.ShutdownTimeout = drain.Patience + (2 * DrainOptions.LastWords));
        services.AddSingleton<RequestPipeline>();
        services.AddSingleton<ModelList>();
        services.AddSingleton<ModelsHandler>();
        services.AddSingleton<InfoHandler>();
        services.AddSingleton<MetricsHandler>();

        // Our own limit answers 413 in the form of the API; the Functions host adds headers of its own.
        return services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestHeaderCount = 200;
        });
    }
}
