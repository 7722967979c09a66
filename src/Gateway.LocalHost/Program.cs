using Gateway.LocalHost;
using Gateway.Routing;
using Microsoft.Extensions.Options;

try
{
    WebApplication app = LocalHostApp.Create(args);
    app.Lifetime.ApplicationStarted.Register(() => Greeting.Print(app));
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is ConfigurationException or OptionsValidationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
