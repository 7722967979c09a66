using Gateway;
using Gateway.Routing;
using Gateway.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

try
{
    FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.Configuration.AddGatewayFile(builder.Environment.ContentRootPath);
    builder.Services.AddGateway(builder.Configuration);

    // An app on Azure comes and goes: keys in memory would be lost with each instance.
    builder.Services.Configure<GatewayStorageOptions>(storage => storage.RequireTables = true);

    // MVC brings key rings for cookies, which nothing here has: no files, no warnings, no time at the start for them.
    foreach (ServiceDescriptor keyRing in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Namespace == "Microsoft.AspNetCore.DataProtection.Internal").ToArray())
    {
        builder.Services.Remove(keyRing);
    }

    await builder.Build().RunAsync();
    return 0;
}
catch (Exception e) when (e is ConfigurationException or OptionsValidationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
