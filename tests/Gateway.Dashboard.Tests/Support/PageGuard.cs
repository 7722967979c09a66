using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Gateway.Dashboard.Tests.Support;

/// <summary>
/// Watches a browser's pages for what must never be: errors in the console, exceptions, requests that fail or go to others, and
/// what the policy of the page forbids. A test that wants some of it names it, and then it must be.
/// </summary>
internal sealed class PageGuard(string origin, string? issuer)
{
    private const string Reporter = "reportPolicyViolation";

    private readonly ConcurrentQueue<string> _found = [];
    private readonly List<string> _expected = [];

    public static async Task<PageGuard> WatchAsync(IBrowserContext context, string origin, string? issuer = null)
    {
        PageGuard guard = new(origin, issuer);
        await context.ExposeFunctionAsync<string, bool>(Reporter, guard.OnViolation);
        await context.AddInitScriptAsync($"addEventListener('securitypolicyviolation', e => {Reporter}(`${{e.effectiveDirective}} ${{e.blockedURI}} ${{e.sourceFile ?? ''}}`));");
        context.Console += (_, message) => guard.OnConsole(message);
        context.WebError += (_, error) => guard.Find($"exception: {error.Error}");
        context.Request += (_, request) => guard.OnRequest(request);
        context.RequestFailed += (_, request) => guard.OnFailed(request);
        context.Response += (_, response) => guard.OnResponse(response);
        return guard;
    }

    /// <summary>All findings with that text are as they should be; that there are none is not.</summary>
    public void Expect(string text) => _expected.Add(text);

    /// <summary>An answer of that status, of which the browser writes into the console, too.</summary>
    public void ExpectStatus(int status, string path)
    {
        Expect($"answer: {status} {path}");
        _expected.Add($"console: Failed to load resource: the server responded with a status of {status}");
    }

    /// <summary>What was found and not expected, and what was expected and not found.</summary>
    public IReadOnlyList<string> Findings() =>
    [
        .. _found.Where(found => !_expected.Any(text => found.Contains(text, StringComparison.Ordinal))),
        .. _expected.Where(text => !_found.Any(found => found.Contains(text, StringComparison.Ordinal))).Select(text => $"expected and not there: {text}"),
    ];

    private void Find(string finding) => _found.Enqueue(finding);

    private bool OnViolation(string violation)
    {
        Find($"policy: {violation}");
        return true;
    }

    private void OnConsole(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning" or "assert")
        {
            Find($"console: {message.Text} ({message.Location})");
        }
    }

    private void OnRequest(IRequest request)
    {
        if (!IsOf(origin, request.Url) && !(issuer is not null && IsOf(issuer, request.Url)) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:" + origin, StringComparison.Ordinal))
        {
            Find($"third party: {request.Url}");
        }

        if (new Uri(request.Url).Query.Contains("mgw_", StringComparison.OrdinalIgnoreCase))
        {
            Find($"key in an address: {new Uri(request.Url).AbsolutePath}");
        }
    }

    private static bool IsOf(string origin, string url) => url.StartsWith(origin + "/", StringComparison.Ordinal);

    /// <summary>The page gives up its own requests when one leaves a view; that is no failure.</summary>
    private void OnFailed(IRequest request)
    {
        if (request.Failure is not "net::ERR_ABORTED")
        {
            Find($"request: {request.Failure} {request.Url}");
        }
    }

    private void OnResponse(IResponse response)
    {
        if (response.Status >= 400)
        {
            Find($"answer: {response.Status} {new Uri(response.Url).PathAndQuery}");
        }
    }
}
