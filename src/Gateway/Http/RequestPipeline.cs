using System.Diagnostics;
using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Diagnostics;
using Gateway.Metering;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Telemetry;
using Gateway.Translation.Errors;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>
/// The frame around every request: its id, one record of facts, one place that answers refusals, and no exception that
/// gets out, since the Functions host would answer it with an empty page.
/// </summary>
public sealed class RequestPipeline(Authenticator authenticator, RequestLog log, UsageMeter meter, TimeProvider time)
{
    /// <summary>Does the work of one endpoint; a failure that it returns is answered here.</summary>
    internal delegate Task<UpstreamFailure?> Serve(RequestRecord record, CancellationToken aborted);

    /// <summary>For endpoints that need a key. Those that never call a model leave no usage.</summary>
    internal Task RunAsync(HttpContext http, ClientForm form, Serve serve, CancellationToken cancellationToken, bool metered = true) =>
        RunOpenAsync(http, form, async (record, aborted) =>
        {
            record.Metered = metered && HttpMethods.IsPost(http.Request.Method);
            switch (await authenticator.AuthenticateAsync(http.Request.Headers, aborted))
            {
                case AuthenticationResult.Authenticated(Caller caller):
                    record.Caller = caller;
                    return await serve(record, aborted);
                case AuthenticationResult.Refused(GatewayError refusal):
                    return new UpstreamFailure(refusal, null);
                default:
                    throw new InvalidOperationException("Unknown result of authentication.");
            }
        }, cancellationToken);

    /// <summary>For endpoints that anyone may call.</summary>
    internal async Task RunOpenAsync(HttpContext http, ClientForm form, Serve serve, CancellationToken cancellationToken)
    {
        RequestRecord record = new(http.RequestId(), form, time.GetTimestamp());
        using RequestTrace? trace = RequestTrace.Begin(http, record, time);
        using Activity? carrier = TraceContext.Carry(http.Request.Headers);

        http.Response.OnStarting(() => MeteringHeaders.Set(http.Response, record, time));

        // Two tokens end a request: the client's leaving, and the host's wish to stop.
        using CancellationTokenSource aborted = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, cancellationToken);
        try
        {
            await ServeAsync(http, form, serve, record, aborted.Token);
        }
        finally
        {
            // Whatever happened, what was used is charged and what was held is free again.
            record.Status = http.Response.StatusCode;
            log.Completed(record, time.GetElapsedTime(record.StartedAt));
            meter.Settle(record);
        }
    }

    private async Task ServeAsync(HttpContext http, ClientForm form, Serve serve, RequestRecord record, CancellationToken aborted)
    {
        try
        {
            if (await serve(record, aborted) is { } failure)
            {
                record.Error = failure.Error;
                await RefuseAsync(http, form, failure);
            }
        }
        catch (Exception e) when (e is ClientGoneException || (aborted.IsCancellationRequested && e is OperationCanceledException or IOException))
        {
            await EndAsync(http, form, record);
        }
        catch (Exception e)
        {
            log.Failed(record, e);
            record.Error = GatewayError.Api("The gateway made a mistake. The operator finds it in the log under this request id.");
            await RefuseAsync(http, form, new UpstreamFailure(record.Error, null));
        }
    }

    /// <summary>Nobody is there any more to be told; or the client still is, and it is the host that stops.</summary>
    private static async Task EndAsync(HttpContext http, ClientForm form, RequestRecord record)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            record.ClientLeft = true;
            return;
        }

        GatewayError stopped = GatewayError.Overloaded("The gateway has to stop before the answer is whole. Please try again.");
        if (http.Response.HasStarted)
        {
            record.StreamError = stopped;
        }
        else
        {
            record.Error = stopped;
        }

        if (record.Target is { } target)
        {
            record.Attempts.Add(new AttemptRecord(target, stopped));
        }

        await RefuseAsync(http, form, new UpstreamFailure(stopped, null));
    }

    private static async Task RefuseAsync(HttpContext http, ClientForm form, UpstreamFailure failure)
    {
        if (http.Response.HasStarted)
        {
            // Too late for an error of its own: a cut connection tells the client that its answer is not whole.
            http.Abort();
        }
        else
        {
            foreach ((string name, string value) in failure.Headers)
            {
                http.Response.Headers[name] = value;
            }

            await (failure.Relayed is { } relayed ? WriteRelayedAsync(http.Response, relayed) : ErrorResponse.WriteAsync(http, form, failure.Error));
        }
    }

    private static async Task WriteRelayedAsync(HttpResponse response, RelayedError relayed)
    {
        response.StatusCode = relayed.Status;
        response.ContentType = "application/json";
        response.ContentLength = relayed.Body.Length;
        await response.Body.WriteAsync(relayed.Body, CancellationToken.None);
    }
}
