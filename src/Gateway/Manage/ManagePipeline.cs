using Gateway.Authentication.Access;
using Gateway.Http;
using Gateway.Storage;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>The frame around the operators' surface: the scope, the storage that may be away, and the answer.</summary>
public sealed class ManagePipeline(RequestPipeline pipeline)
{
    /// <summary>Does the work for a caller who may.</summary>
    internal delegate Task<ManageAnswer> Serve(Caller caller, CancellationToken aborted);

    internal Task RunAsync(HttpContext http, Serve serve, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, ApiForm.Messages, async (caller, _, aborted) =>
        {
            // Answers hold keys as they are made, and all of them are out of date a moment later.
            http.Response.Headers.CacheControl = "no-store";
            switch (await AnswerAsync(caller, serve, aborted))
            {
                case ManageAnswer.Json json:
                    return await WriteAsync(http.Response, json, aborted);
                case ManageAnswer.Streamed streamed:
                    return await WriteAsync(http.Response, streamed, aborted);
                case ManageAnswer.Refused(GatewayError error):
                    return new Refusal(error);
                default:
                    throw new InvalidOperationException("Unknown kind of answer.");
            }
        }, cancellationToken, metered: false, manages: true);

    private static async Task<ManageAnswer> AnswerAsync(Caller caller, Serve serve, CancellationToken aborted)
    {
        if (!caller.HasScope(Scopes.Manage))
        {
            return new ManageAnswer.Refused(GatewayError.Permission($"This key lacks the scope '{Scopes.Manage}', which everything under /manage needs."));
        }

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
            // The reason is written for operators, and only they come here.
            return new ManageAnswer.Refused(StorageAway(exception));
        }
    }

    private static async Task<Outcome> WriteAsync(HttpResponse response, ManageAnswer.Streamed streamed, CancellationToken aborted)
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
            return new Refusal(StorageAway(exception));
        }
        catch (IOException)
        {
            return new Outcome.ClientLeft();
        }
    }

    private static GatewayError StorageAway(StorageUnavailableException exception) =>
        GatewayError.Unavailable($"The storage of the gateway does not answer. Please try again. {exception.Message}");

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
