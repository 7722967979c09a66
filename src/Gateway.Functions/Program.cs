using Gateway;
using Gateway.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

return await GatewayStart.RunAsync(
    () =>
    {
        FunctionsApplicationBuilder builder = GatewayConfiguration.Reading("appsettings.json", () => FunctionsApplication.CreateBuilder(args));
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddGatewayFile(builder.Environment.ContentRootPath);
        builder.Services.AddGateway(builder.Configuration);

        // An app on Azure comes and goes: keys in memory would be lost with each instance.
        builder.Services.Configure<GatewayStorageOptions>(storage => storage.RequireTables = true);
        IHost host = builder.Build();
        GatewayStart.CheckOptions(host.Services);
        return host.RunAsync();
    },
    Console.Error);
