namespace Gateway.Architecture.Tests;

/// <summary>
/// The layers of <c>src/Gateway</c>, lowest first. A line may look at the lines before it, never at a later one; namespaces of
/// one line do not know each other. A parent composes its children, so it stands after them. A new folder needs a line here.
/// </summary>
internal static class Layers
{
    public static readonly LayerOrder Gateway = new(
        "Gateway.Diagnostics | Gateway.Settings",
        "Gateway.Storage",
        "Gateway.Audit | Gateway.Alerts",
        "Gateway.Routing.Prices",
        "Gateway.Routing",
        "Gateway.Bounds",
        "Gateway.Authentication.Access",
        "Gateway.Authentication.Keys | Gateway.Authentication.Oidc | Gateway.Authentication.Teams",
        "Gateway.Authentication",
        "Gateway.Admission",
        "Gateway.Upstreams.Credentials",
        "Gateway.Upstreams | Gateway.Caching",
        "Gateway.Requests",
        "Gateway.Metering.Usage",
        "Gateway.Metering.Rollups",
        "Gateway.Metering.Reports",
        "Gateway.Metering",
        "Gateway.Telemetry.Content",
        "Gateway.Telemetry",
        "Gateway.Http",
        // The routes: operators', clients' and the page for people, all called through the frame of Http.
        "Gateway.Manage | Gateway.Completions | Gateway.Dashboard | Gateway.Reload",
        "Gateway.Probes",
        // Start-up: it puts all of the above together, and every other namespace would see what stands here without a using.
        "Gateway");

    /// <summary>The only types of the root.</summary>
    public static readonly string[] StartUp = ["GatewayServices", "GatewayStart"];
}
