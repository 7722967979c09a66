using System.Security.Cryptography;
using System.Text;
using Gateway.Http;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Dashboard;

/// <summary>The page for people at <c>/dashboard</c>, and its files. Anyone may load them: they hold nothing but the program, which asks for a key.</summary>
public sealed class DashboardHandler
{
    /// <summary>The one file that is made and not read.</summary>
    private const string SignIn = "sign-in.json";

    private readonly RequestPipeline _pipeline;
    private readonly InfoHandler _info;
    private readonly DashboardOptions _options;
    private readonly SignInPlace _place;

    internal DashboardHandler(RequestPipeline pipeline, InfoHandler info, DashboardOptions options, SignInPlace place)
    {
        _pipeline = pipeline;
        _info = info;
        _options = options;
        _place = place;
    }

    public Task PageAsync(HttpContext http, CancellationToken cancellationToken) => ServeAsync(http, async aborted =>
    {
        string? origin = (await _place.FindAsync(aborted))?.Endpoints is { } endpoints ? OriginOf(endpoints.Token) : null;
        PagePolicy.Set(http.Response.Headers, origin);

        // Browsers keep the policy of the page that they have when they are told that it has not changed. So it is another page when the policy is another.
        string variant = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(http.Response.Headers.ContentSecurityPolicy.ToString())))[..8];
        return await WriteAsync(http, DashboardFile.Page, variant, aborted);
    }, cancellationToken);

    public Task FileAsync(HttpContext http, CancellationToken cancellationToken) => ServeAsync(http, async aborted =>
    {
        PagePolicy.Set(http.Response.Headers, null);
        string path = http.Request.Path.Value ?? "";
        string name = path.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1];
        DashboardFile? file = name.Equals(SignIn, StringComparison.OrdinalIgnoreCase)
            ? new DashboardFile(SignInDocument.Of(_options.SignIn, await _place.FindAsync(aborted)), "application/json", packs: false)
            : DashboardFile.Find(name);
        return file is null
            ? new Refusal(GatewayError.NotFound($"There is nothing at {http.Request.Method} {path}. The dashboard is at /dashboard.") with { Code = "not_found" })
            : await WriteAsync(http, file, "", aborted);
    }, cancellationToken);

    private Task ServeAsync(HttpContext http, Func<CancellationToken, Task<Outcome>> serve, CancellationToken cancellationToken) =>
        _options.Enabled ? _pipeline.RunOpenAsync(http, ApiForm.Messages, (_, aborted) => serve(aborted), cancellationToken) : _info.FallbackAsync(http, cancellationToken);

    private static string OriginOf(Uri uri) => $"{uri.Scheme}://{uri.IdnHost}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}";

    private static async Task<Outcome> WriteAsync(HttpContext http, DashboardFile file, string variant, CancellationToken aborted)
    {
        HttpResponse response = http.Response;
        (string? coding, byte[] bytes, string tag) = file.For(http.Request.Headers, variant);
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = "accept-encoding";
        if (Has(http.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return new Outcome.Answered();
        }

        response.ContentType = file.ContentType;
        response.ContentLength = bytes.Length;
        if (coding is not null)
        {
            response.Headers.ContentEncoding = coding;
        }

        if (HttpMethods.IsHead(http.Request.Method))
        {
            return new Outcome.Answered();
        }

        try
        {
            await response.Body.WriteAsync(bytes, aborted);
            return new Outcome.Answered();
        }
        catch (IOException)
        {
            return new Outcome.ClientLeft();
        }
    }

    /// <summary>Whether the client has it already. A proxy that packs may have made the tag a weak one.</summary>
    private static bool Has(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out IList<EntityTagHeaderValue>? known)
        && known.Any(each => each.Equals(EntityTagHeaderValue.Any) || each.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false));
}
