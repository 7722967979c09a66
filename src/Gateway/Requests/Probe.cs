using Microsoft.AspNetCore.Http;

namespace Gateway.Requests;

/// <summary>
/// Requests of machines that look every few seconds whether all is well. A line in the log and a span for each would bury
/// what people ask.
/// </summary>
internal static class Probe
{
    private static readonly string[] s_paths = ["/health", "/health/live", "/health/ready", "/metrics"];

    /// <summary>How the probes of orchestrators, clouds and monitors call themselves. People look at the front page, too.</summary>
    private static readonly string[] s_agents =
    [
        "kube-probe", "elb-healthchecker", "googlehc", "alwayson", "healthcheck", "health check", "health-check", "health probe", "readyforrequest", "consul",
        "envoy/hc", "haproxy", "load balancer agent", "blackbox", "prometheus", "uptime", "pingdom", "statuscake", "site24x7", "datadog", "nagios", "check_http", "zabbix",
    ];

    public static bool Is(HttpRequest request)
    {
        bool heads = HttpMethods.IsHead(request.Method);
        if (!heads && !HttpMethods.IsGet(request.Method))
        {
            return false;
        }

        string path = request.Path.Value ?? "";
        return path is "" or "/"
            ? heads || s_agents.Any(agent => request.Headers.UserAgent.ToString().Contains(agent, StringComparison.OrdinalIgnoreCase))
            : s_paths.Contains(path.Length > 1 && path.EndsWith('/') ? path[..^1] : path, StringComparer.OrdinalIgnoreCase);
    }
}
