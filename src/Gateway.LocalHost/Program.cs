using Gateway.LocalHost;
using Gateway.Routing;

try
{
    WebApplication app = LocalHostApp.Create(args);
    app.Lifetime.ApplicationStarted.Register(() => Greeting.Print(app));
    await app.RunAsync();
    return 0;
}
catch (ConfigurationException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
