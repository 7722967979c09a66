using System.Diagnostics;
using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Bounds;
using Gateway.Diagnostics;
using Gateway.Metering;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Telemetry;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>
/// The frame around every request: its id, one record of facts, one place that answers refusals, and no exception that
/// gets out, since the Functions host would answer it with an empty page.
/// </summary>
public sealed class RequestPipeline(Authenticator authenticator, RequestLog log, UsageMeter meter, Drain drain, CallSlots slots, TeamSeries teams, TimeProvider time)
{
    private static readonly GatewayError s_stopped = GatewayError.Stopping("The gateway had to stop before it could answer. Please try again.");
    private static readonly TimeSpan s_beforeCut = TimeSpan.FromMilliseconds(100);

    /// <summary>Does the work of one endpoint for a caller who is known; a refusal that it returns is written here.</summary>
    internal delegate Task<Outcome> Serve(Caller caller, RequestRecord record, CancellationToken aborted);

    /// <summary>Does the work of one endpoint for anyone.</summary>
    internal delegate Task<Outcome> ServeAnyone(RequestRecord record, CancellationToken aborted);

    /// <summary>
    /// For endpoints that need a key. Those that have nothing to do with models leave no usage, and are open to keys that call none;
    /// a key may be for those of operators only.
    /// </summary>
    internal Task RunAsync(HttpContext http, ApiForm form, Serve serve, CancellationToken cancellationToken, bool metered = true, bool manages = false) =>
        RunOpenAsync(http, form, async (record, aborted) =>
        {
            if (drain.Begun)
            {
                http.Response.Headers.Connection = "close";
                return new Refusal(GatewayError.Stopping("This instance of the gateway is about to stop. Please try again."));
            }

            record.Metered = metered && HttpMethods.IsPost(http.Request.Method);
            switch (await authenticator.AuthenticateAsync(http.Request.Headers, aborted))
            {
                case AuthenticationResult.Authenticated(Caller caller):
                    record.Caller = caller;
                    if (caller.OnlyManages && !manages)
                    {
                        return new Refusal(KeyRefusal.BootstrapOnlyManages());
                    }

                    if (metered && !caller.CallsModels)
                    {
                        return new Refusal(ScopeRefusal.Of(caller, Scopes.Models, "which whoever reads usage needs to call models, too"));
                    }

                    if (record.Metered && TakeTags(http.Request.Headers, caller, record) is { } wrong)
                    {
                        return new Refusal(wrong);
                    }

                    using (IDisposable? slot = record.Metered ? await slots.EnterAsync(aborted) : CallSlots.Unbounded)
                    {
                        return slot is null ? new Refusal(CallSlots.InstanceIsFull) : await serve(caller, record, aborted);
                    }

                case AuthenticationResult.Refused refused:
                    record.Stranger = refused;
                    return new Refusal(refused.Error);
                default:
                    throw new InvalidOperationException("Unknown result of authentication.");
            }
        }, cancellationToken);

    /// <summary>For endpoints that anyone may call.</summary>
    internal async Task RunOpenAsync(HttpContext http, ApiForm form, ServeAnyone serve, CancellationToken cancellationToken)
    {
        RequestRecord record = new(http.RequestId(time.GetUtcNow()), form, time.GetTimestamp())
        {
            Method = http.Request.Method,
            Path = http.Request.Path.Value ?? "",
            IsProbe = Probe.Is(http.Request),
            Client = ClientFamily.Of(http.Request.Headers.UserAgent),
        };
        using RequestTrace? trace = RequestTrace.Begin(http, record, teams, time);
        using Activity? carrier = TraceContext.Carry(http.Request.Headers);

        http.Response.OnStarting(() => MeteringHeaders.Set(http.Response, record, time));

        // Three tokens end a request: the client's leaving, the host's cancel, and the end of the process.
        using CancellationTokenSource aborted = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, cancellationToken, drain.Over);
        drain.Enter();
        try
        {
            await ServeAsync(http, form, serve, record, aborted.Token);
        }
        finally
        {
            // Whatever happened, what was used is charged and what was held is free again.
            record.Status = http.Response.StatusCode;
            TimeSpan elapsed = time.GetElapsedTime(record.StartedAt);
            meter.Settle(record);
            log.Completed(record, elapsed);
            drain.Leave();
        }
    }

    /// <summary>What a request is for: said by its key, and by its client, whose mistakes are told it instead of left out of the bill.</summary>
    private static GatewayError? TakeTags(IHeaderDictionary headers, Caller caller, RequestRecord record)
    {
        IReadOnlyDictionary<string, string>? tags = RequestTags.Read(headers[RequestTags.Header], out string? problem);
        record.Tags = RequestTags.Merge(caller.Tags, tags ?? RequestTags.None);
        return problem is null ? null : GatewayError.InvalidRequest($"{RequestTags.Header}: {problem}.") with { ShouldRetry = false };
    }

    private async Task ServeAsync(HttpContext http, ApiForm form, ServeAnyone serve, RequestRecord record, CancellationToken aborted)
    {
        try
        {
            await EndAsync(http, form, record, await serve(record, aborted));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            record.ClientLeft = true;
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // Not in the middle of an answer: the attempt that makes one ends it itself.
            record.Error = s_stopped;
            await RefuseAsync(http, form, new Refusal(s_stopped));
        }
        catch (Exception e)
        {
            log.Failed(record, e);
            record.Error = GatewayError.Api("The gateway made a mistake. The operator finds it in the log under this request id.");
            await RefuseAsync(http, form, new Refusal(record.Error));
        }
    }

    private static async Task EndAsync(HttpContext http, ApiForm form, RequestRecord record, Outcome outcome)
    {
        switch (outcome)
        {
            case Refusal refusal:
                record.Error = refusal.Error;
                await RefuseAsync(http, form, refusal);
                break;
            case Outcome.Stopped:
                // What was written last is still on its way, and a cut would overtake it.
                await Task.Delay(s_beforeCut);
                http.Abort();
                break;
            case Outcome.ClientLeft:
                record.ClientLeft = true;
                http.Abort();
                break;
        }
    }

    /// <summary>Whether the words still arrive changes nothing: the refusal stands.</summary>
    private static async Task RefuseAsync(HttpContext http, ApiForm form, Refusal refusal)
    {
        if (http.Response.HasStarted)
        {
            // Too late for an error of its own: a cut connection tells the client that its answer is not whole.
            http.Abort();
            return;
        }

        foreach ((string name, string value) in refusal.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (refusal.Relayed is { } relayed)
        {
            http.Response.StatusCode = relayed.Status;
            byte[] body = form == ApiForm.Messages ? ErrorBody.WithRequestId(relayed.Body, http.RequestId()) : relayed.Body;
            await JsonAnswer.WriteAsync(http.Response, body, CancellationToken.None);
        }
        else
        {
            await ErrorResponse.WriteAsync(http, form, refusal.Error);
        }
    }
}
