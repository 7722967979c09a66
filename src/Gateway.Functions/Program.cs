using Gateway;
using Gateway.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Configuration.AddGatewayFile(builder.Environment.ContentRootPath);
builder.Services.AddGateway(builder.Configuration);

// An app on Azure comes and goes: keys in memory would be lost with each instance.
builder.Services.Configure<GatewayStorageOptions>(storage => storage.RequireTables = true);
builder.Build().Run();
