using Gateway.Authentication.Access;
using Gateway.Http;
using Gateway.Storage;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>The frame around the operators' surface: who may, the storage that may be away, and the answer.</summary>
public sealed class ManagePipeline(RequestPipeline pipeline)
{
    /// <summary>Does the work for an operator.</summary>
    internal delegate Task<ManageAnswer> Serve(Caller caller, CancellationToken aborted);

    /// <summary>Shows what the reader may see.</summary>
    internal delegate Task<ManageAnswer> Show(Sight sight, CancellationToken aborted);

    /// <summary>For operators only: whatever changes something, and what shows how the gateway is set up.</summary>
    internal Task RunAsync(HttpContext http, Serve serve, CancellationToken cancellationToken) => AnswerAsync(
        http,
        (caller, aborted) => caller.HasScope(Scopes.Manage)
            ? serve(caller, aborted)
            : Refused(ScopeRefusal.Of(caller, Scopes.Manage, "which everything under /manage needs that changes something, or shows settings, rules or the audit trail")),
        cancellationToken);

    /// <summary>For readers, too; those of one team must be shown that team only.</summary>
    internal Task ShowAsync(HttpContext http, Show show, CancellationToken cancellationToken) => AnswerAsync(
        http,
        (caller, aborted) => Sight.Of(caller) is { } sight
            ? show(sight, aborted)
            : Refused(ScopeRefusal.Of(caller, Scopes.Usage, $"which shows the usage of its team ('{Scopes.UsageOfAll}' that of all, '{Scopes.Manage}' does everything)")),
        cancellationToken);

    /// <summary>For readers of all teams, too.</summary>
    internal Task ShowAllAsync(HttpContext http, Show show, CancellationToken cancellationToken) => AnswerAsync(
        http,
        (caller, aborted) => Sight.Of(caller) is { OfAll: true } sight
            ? show(sight, aborted)
            : Refused(ScopeRefusal.Of(caller, Scopes.UsageOfAll, "which this needs: it shows what is not of one team")),
        cancellationToken);

    /// <summary>For whoever is known: what it shows is the caller's own.</summary>
    internal Task OwnAsync(HttpContext http, Serve serve, CancellationToken cancellationToken) => AnswerAsync(http, serve, cancellationToken);

    private static Task<ManageAnswer> Refused(GatewayError error) => Task.FromResult<ManageAnswer>(new ManageAnswer.Refused(error));

    private Task AnswerAsync(HttpContext http, Serve serve, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, ApiForm.Messages, async (caller, _, aborted) =>
        {
            // Answers hold keys as they are made, and all of them are out of date a moment later.
            http.Response.Headers.CacheControl = "no-store";
            switch (await AnswerAsync(caller, serve, aborted))
            {
                case ManageAnswer.Json json:
                    return await WriteAsync(http.Response, json, aborted);
                case ManageAnswer.Streamed streamed:
                    return await WriteAsync(http.Response, caller, streamed, aborted);
                case ManageAnswer.Refused(GatewayError error):
                    return new Refusal(error);
                default:
                    throw new InvalidOperationException("Unknown kind of answer.");
            }
        }, cancellationToken, metered: false, manages: true);

    private static async Task<ManageAnswer> AnswerAsync(Caller caller, Serve serve, CancellationToken aborted)
    {
        try
        {
            return await serve(caller, aborted);
        }
        catch (RowTooLargeException exception)
        {
            return ManageAnswer.Invalid([exception.Message]);
        }
        catch (StorageUnavailableException exception)
        {
            return new ManageAnswer.Refused(StorageAway(caller, exception));
        }
    }

    private static async Task<Outcome> WriteAsync(HttpResponse response, Caller caller, ManageAnswer.Streamed streamed, CancellationToken aborted)
    {
        response.ContentType = streamed.ContentType;
        foreach ((string name, string value) in streamed.Headers)
        {
            response.Headers[name] = value;
        }

        try
        {
            StreamWriter text = new(response.Body, bufferSize: 16 * 1024, leaveOpen: true) { NewLine = "\n" };
            await streamed.Write(text, aborted);
            await text.FlushAsync(aborted);
            return new Outcome.Answered();
        }
        catch (StorageUnavailableException exception)
        {
            return new Refusal(StorageAway(caller, exception));
        }
        catch (IOException)
        {
            return new Outcome.ClientLeft();
        }
    }

    /// <summary>The reason is written for operators: it may name a row, which may be another team's.</summary>
    private static GatewayError StorageAway(Caller caller, StorageUnavailableException exception) =>
        GatewayError.Unavailable($"The storage of the gateway does not answer. Please try again.{(Sight.Of(caller) is { OfAll: true } ? $" {exception.Message}" : "")}");

    private static Task<Outcome> WriteAsync(HttpResponse response, ManageAnswer.Json json, CancellationToken aborted)
    {
        response.StatusCode = json.Status;
        if (json.Location is not null)
        {
            response.Headers.Location = json.Location;
        }

        return JsonAnswer.WriteAsync(response, json.Body, aborted);
    }
}
