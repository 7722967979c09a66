using Gateway;
using Gateway.Settings;
using Gateway.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

return await GatewayStart.RunAsync(
    () =>
    {
        FunctionsApplicationBuilder builder = GatewayConfiguration.Reading("appsettings.json", () => FunctionsApplication.CreateBuilder(args));
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddFunctionsDefaults();
        builder.Configuration.AddGatewayFile(builder.Environment.ContentRootPath);
        builder.Services.AddGateway(builder.Configuration);

        // An app on Azure comes and goes: keys in memory would be lost with each instance.
        builder.Services.Configure<GatewayStorageOptions>(storage => storage.RequireTables = true);

        // MVC brings key rings for cookies, which nothing here has: no files, no warnings, no time at the start for them.
        foreach (ServiceDescriptor keyRing in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace == "Microsoft.AspNetCore.DataProtection.Internal").ToArray())
        {
            builder.Services.Remove(keyRing);
        }

        IHost host = builder.Build();
        GatewayStart.CheckOptions(host.Services);
        return host.RunAsync();
    },
    Console.Error);
