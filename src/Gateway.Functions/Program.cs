using Gateway;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Configuration.AddGatewayFile(builder.Environment.ContentRootPath);
builder.Services.AddGateway(builder.Configuration);
builder.Build().Run();
