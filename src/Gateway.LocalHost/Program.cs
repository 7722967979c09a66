using Gateway;
using Gateway.LocalHost;
using Gateway.Routing;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
try
{
    builder.Configuration.AddGatewayFile(builder.Environment.ContentRootPath);
    builder.Services.AddGateway(builder.Configuration);
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

if (builder.Configuration["URLS"] is not { Length: > 0 })
{
    builder.WebHost.UseUrls("http://127.0.0.1:7071");
}

WebApplication app = builder.Build();
app.MapFunctions(RoutePrefix.Read());
app.Lifetime.ApplicationStarted.Register(() => Greeting.Print(app));
await app.RunAsync();
return 0;
