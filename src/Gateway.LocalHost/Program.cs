using Gateway;
using Gateway.LocalHost;

return await GatewayStart.RunAsync(
    () =>
    {
        WebApplication app = LocalHostApp.Create(args);
        GatewayStart.CheckOptions(app.Services);
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(ConsoleDefaults.IsJson(app.Configuration) ? Greeting.AsJson(app) : Greeting.Of(app)));
        return app.RunAsync();
    },
    Console.Error);
