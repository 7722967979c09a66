using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>What needs no key: health, the front page, and a helpful answer for everything else.</summary>
public sealed class InfoHandler(RequestPipeline pipeline, Drain drain)
{
    private static readonly byte[] s_health = """{"status":"ok"}"""u8.ToArray();

    private static readonly byte[] s_about = Encoding.UTF8.GetBytes(
        """
        {"name":"Messages Gateway","description":"Anthropic Messages API and OpenAI Chat Completions for any model","endpoints":["POST /v1/messages","POST /v1/messages/count_tokens","GET /v1/models","GET /v1/models/{id}","POST /v1/chat/completions","GET /v1/usage","GET /health","GET /health/live","GET /health/ready","GET /manage/openapi.json"]}
        """);

    /// <summary>Methods of the paths that exist; "" is the root.</summary>
    private static readonly Dictionary<string, string> s_methods = new(StringComparer.OrdinalIgnoreCase)
    {
        ["v1/messages"] = "POST",
        ["v1/messages/count_tokens"] = "POST",
        ["v1/chat/completions"] = "POST",
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
            byte[] body = path is "" ? s_about : s_health;
            return pipeline.RunOpenAsync(http, form, (_, aborted) => JsonAnswer.WriteAsync(http.Response, body, aborted), cancellationToken);
        }

        GatewayError error = Refusal(http, path, form);
        return pipeline.RunOpenAsync(http, form, (_, _) => Task.FromResult<Outcome>(new Refusal(error)), cancellationToken);
    }

    private static GatewayError Refusal(HttpContext http, string path, ApiForm form)
    {
        string method = http.Request.Method;
        if (http.Request.Path.Value is { } asked && asked.Contains("//", StringComparison.Ordinal))
        {
            string meant = string.Join('/', asked.Split('/', StringSplitOptions.RemoveEmptyEntries));
            return GatewayError.NotFound($"There is nothing at {method} {asked}: the path has a doubled slash. If you mean /{meant}, look for a slash at the end of the base URL.") with { Code = "not_found" };
        }

        string? allowed = s_methods.GetValueOrDefault(path) ?? MethodsWithId(path);
        if (allowed is null)
        {
            string served = form == ApiForm.Chat ? "Of OpenAI's API, POST /v1/chat/completions and GET /v1/models are served; " : "";
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

    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);
}
