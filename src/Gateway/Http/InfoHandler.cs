using System.Text;
using Gateway.Diagnostics;
using Gateway.Telemetry;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>What needs no key: health, the front page, and a helpful answer for everything else.</summary>
public sealed class InfoHandler(RequestPipeline pipeline, Drain drain, PrometheusOptions prometheus, DashboardOptions dashboard)
{
    private static readonly byte[] s_health = Encoding.UTF8.GetBytes($$"""{"status":"ok","version":"{{GatewayVersion.Text}}"}""");

    private const string Listed = ",\"GET /dashboard\"";

    private readonly byte[] _about = Encoding.UTF8.GetBytes(
        $$"""
        {"name":"Messages Gateway","version":"{{GatewayVersion.Text}}","description":"Anthropic Messages API, OpenAI Chat Completions and Responses for any model","endpoints":["POST /v1/messages","POST /v1/messages/count_tokens","GET /v1/models","GET /v1/models/{id}","POST /v1/chat/completions","POST /v1/responses","GET /v1/usage","GET /health","GET /health/live","GET /health/ready","GET /manage/openapi.json"{{(dashboard.Enabled ? Listed : "")}}]}
        """);

    /// <summary>Methods of the paths that exist; "" is the root.</summary>
    private static readonly Dictionary<string, string> s_methods = new(StringComparer.OrdinalIgnoreCase)
    {
        ["v1/messages"] = "POST",
        ["v1/messages/count_tokens"] = "POST",
        ["v1/chat/completions"] = "POST",
        ["v1/responses"] = "POST",
        ["v1/responses/input_tokens"] = "POST",
        ["v1/models"] = "GET, HEAD",
        ["v1/usage"] = "GET, HEAD",
        ["health"] = "GET, HEAD",
        ["health/live"] = "GET, HEAD",
        ["health/ready"] = "GET, HEAD",
        ["manage/keys"] = "GET, HEAD, POST",
        ["manage/issuers"] = "GET, HEAD, POST",
        ["manage/teams"] = "GET, HEAD",
        ["manage/usage"] = "GET, HEAD",
        ["manage/audit"] = "GET, HEAD",
        ["manage/learned"] = "GET, HEAD, DELETE",
        ["manage/alerts"] = "GET, HEAD",
        ["manage/alerts/test"] = "POST",
        ["manage/config"] = "GET, HEAD",
        ["manage/requests"] = "GET, HEAD",
        ["manage/budgets"] = "GET, HEAD",
        ["manage/me"] = "GET, HEAD",
        ["manage/targets"] = "GET, HEAD",
        ["manage/openapi.json"] = "GET, HEAD",
        [""] = "GET, HEAD",
    };

    public Task HealthAsync(HttpContext http, CancellationToken cancellationToken) =>
        pipeline.RunOpenAsync(http, ApiForm.Messages, (_, aborted) => JsonAnswer.WriteAsync(http.Response, s_health, aborted), cancellationToken);

    /// <summary>Everything that no other route took.</summary>
    public Task FallbackAsync(HttpContext http, CancellationToken cancellationToken)
    {
        string asked = http.Request.Path.Value ?? "";
        string path = ClientPath.Of(asked);
        bool reads = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        ApiForm form = ClientPath.IsOpenAi(asked) switch
        {
            true => ApiForm.Chat,
            false => ApiForm.Messages,
            null => ModelsHandler.FormOf(http.Request),
        };
        if (reads && path is "health/ready" && drain.Begun)
        {
            return pipeline.RunOpenAsync(http, form, (_, _) => Task.FromResult<Outcome>(new Refusal(GatewayError.Stopping("This instance of the gateway is about to stop."))), cancellationToken);
        }

        if (reads && path is "" or "health" or "health/live" or "health/ready")
        {
            byte[] body = path is "" ? _about : s_health;
            return pipeline.RunOpenAsync(http, form, (_, aborted) => JsonAnswer.WriteAsync(http.Response, body, aborted), cancellationToken);
        }

        GatewayError error = Refusal(http, path, form);
        return pipeline.RunOpenAsync(http, form, (_, _) => Task.FromResult<Outcome>(new Refusal(error)), cancellationToken);
    }

    private GatewayError Refusal(HttpContext http, string path, ApiForm form)
    {
        string method = http.Request.Method;
        if (http.Request.Path.Value is { } asked && asked.Contains("//", StringComparison.Ordinal))
        {
            string meant = string.Join('/', asked.Split('/', StringSplitOptions.RemoveEmptyEntries));
            return GatewayError.NotFound($"There is nothing at {method} {asked}: the path has a doubled slash. If you mean /{meant}, look for a slash at the end of the base URL.") with { Code = "not_found" };
        }

        if (path is "v1/responses" && HttpMethods.IsGet(method) && http.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
        {
            // Codex tries this first, and goes on by HTTP without a delay after this status only.
            return new GatewayError(StatusCodes.Status426UpgradeRequired, ErrorType.InvalidRequest, "This gateway speaks HTTP here and no WebSocket: send POST /v1/responses.") { ShouldRetry = false };
        }

        string? allowed = s_methods.GetValueOrDefault(path) ?? MethodsWithId(path) ?? (IsSwitchedOn(path) ? "GET, HEAD" : null);
        if (allowed is null)
        {
            string served = Is(path, "metrics") ? "Gateway:Prometheus switches metrics on. "
                : IsOfDashboard(path) ? $"{DashboardOptions.EnabledSetting} is false, and switches the dashboard off. "
                : form != ApiForm.Chat ? ""
                : path.StartsWith("v1/responses/", StringComparison.OrdinalIgnoreCase) || path.StartsWith("v1/conversations", StringComparison.OrdinalIgnoreCase) ? "Responses are not stored by this gateway: send the whole conversation to POST /v1/responses. "
                : "Of OpenAI's API, POST /v1/chat/completions, POST /v1/responses and GET /v1/models are served; ";
            return GatewayError.NotFound($"There is nothing at {method} /{path}. {served}GET / lists what is.") with { Code = "not_found" };
        }

        http.Response.Headers.Allow = allowed;
        return GatewayError.MethodNotAllowed($"{method} is not allowed at /{path}. Use {allowed}.");
    }

    /// <summary>Methods of the paths that end in an id, which for models may hold slashes.</summary>
    private static string? MethodsWithId(string path) => path.Split('/') switch
    {
        [var v1, var models, _, ..] when Is(v1, "v1") && Is(models, "models") => "GET, HEAD",
        [var manage, var keys, _] when Is(manage, "manage") && Is(keys, "keys") => "GET, HEAD, PATCH, DELETE",
        [var manage, var keys, _, var rotate] when Is(manage, "manage") && Is(keys, "keys") && Is(rotate, "rotate") => "POST",
        [var manage, var teams, _] when Is(manage, "manage") && Is(teams, "teams") => "GET, HEAD, PATCH, DELETE",
        [var manage, var issuers, _] when Is(manage, "manage") && Is(issuers, "issuers") => "GET, HEAD, DELETE",
        [var manage, var learned, _, ..] when Is(manage, "manage") && Is(learned, "learned") => "DELETE",
        [var manage, var requests, _] when Is(manage, "manage") && Is(requests, "requests") => "GET, HEAD",
        _ => null,
    };

    /// <summary>Paths that settings decide about.</summary>
    private bool IsSwitchedOn(string path) => (prometheus.Access != PrometheusAccess.Off && Is(path, "metrics")) || (dashboard.Enabled && IsOfDashboard(path));

    private static bool IsOfDashboard(string path) => path.Split('/') is { Length: 1 or 2 } parts && Is(parts[0], "dashboard");

    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);
}
