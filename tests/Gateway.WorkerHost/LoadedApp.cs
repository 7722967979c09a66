namespace Gateway.WorkerHost;

/// <summary>A worker that is ready: where it takes requests, and what for.</summary>
internal sealed record LoadedApp(Uri Http, RouteTable Routes);
