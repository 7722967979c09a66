using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http;

/// <summary>
/// <c>GET /v1/models</c> and <c>/v1/models/{id}</c>: one path for both APIs. Each object and each list carries the
/// members of both forms, so that either kind of SDK is content; only errors have to choose.
/// </summary>
public sealed class ModelsHandler(RequestPipeline pipeline, LiveRouter live, ModelList list)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    /// <summary>Anthropic's clients send a version; an API key in <c>x-api-key</c> gives them away, too.</summary>
    public static ApiForm FormOf(HttpRequest request) =>
        request.Headers.ContainsKey("anthropic-version") || request.Headers["x-api-key"].Count > 0
            ? ApiForm.Messages
            : ApiForm.Chat;

    public Task ListAsync(HttpContext http, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, FormOf(http.Request), async (caller, _, aborted) => LimitOf(http.Request) is { } limit
            ? await JsonAnswer.WriteAsync(http.Response, List(http.Request, limit, await list.OfAsync(caller, aborted)), aborted)
            : new Refusal(GatewayError.InvalidRequest($"limit: Input should be between 1 and {MaxLimit}")), cancellationToken);

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) =>
        pipeline.RunAsync(http, FormOf(http.Request), async (caller, _, aborted) =>
        {
            (byte[]? body, GatewayError? error) = Get(IdOf(http.Request), caller);
            return body is null ? new Refusal(error!) : await JsonAnswer.WriteAsync(http.Response, body, aborted);
        }, cancellationToken);

    /// <summary>What follows <c>models/</c>. The server decodes everything but an encoded slash.</summary>
    private static string IdOf(HttpRequest request)
    {
        string path = request.Path.Value ?? "";
        int start = path.IndexOf("/models/", StringComparison.OrdinalIgnoreCase) + "/models/".Length;
        return path[start..].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>OpenAI's clients know no pages: they get everything unless they ask for less. Null when it cannot be.</summary>
    private static int? LimitOf(HttpRequest request) =>
        request.Query["limit"] is not [{ } text] ? FormOf(request) == ApiForm.Messages ? DefaultLimit : int.MaxValue
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= MaxLimit ? limit
        : null;

    private static byte[] List(HttpRequest request, int limit, List<ListedModel> models)
    {
        int from = 0;
        int to = models.Count;
        if (request.Query["after_id"] is [{ } after])
        {
            from = models.FindIndex(m => m.Id == after) + 1;
            to = from + Math.Min(limit, models.Count - from);
        }
        else if (request.Query["before_id"] is [{ } before])
        {
            int index = models.FindIndex(m => m.Id == before);
            to = index < 0 ? models.Count : index;
            from = Math.Max(0, to - limit);
        }
        else
        {
            to = Math.Min(limit, models.Count);
        }

        bool hasMore = request.Query.ContainsKey("before_id") ? from > 0 : to < models.Count;
        return Write(json => WriteList(json, models[from..to], hasMore, forCodex: request.Query["client_version"].Count > 0));
    }

    private (byte[]? Body, GatewayError? Error) Get(string id, Caller caller)
    {
        if (ModelName.Problem(id) is { } problem)
        {
            return (null, GatewayError.InvalidRequest($"model: {problem}"));
        }

        // What the caller may not use is not told from what there is not.
        return ModelAccess.Find(live.Now, caller, id, out _) is { } route
            ? (Write(json => WriteModel(json, route.Model is { } model && model.Aliases.Contains(route.RequestedModel, StringComparer.Ordinal) ? model.Id : id, route)), null)
            : (null, ModelAccess.Unknown(live.Now, caller, id));
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body, JsonFormat.WriterOptions))
        {
            write(json);
        }

        return body.WrittenSpan.ToArray();
    }

    private static void WriteList(Utf8JsonWriter json, List<ListedModel> models, bool hasMore, bool forCodex)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach ((string id, Route route) in models)
        {
            WriteModel(json, id, route);
        }

        json.WriteEndArray();
        if (forCodex)
        {
            // It looks for a catalogue of its own here, and does without one, but not without the member.
            json.WriteStartArray("models"u8);
            json.WriteEndArray();
        }

        json.WriteBoolean("has_more"u8, hasMore);
        json.WriteString("first_id"u8, models.FirstOrDefault()?.Id);
        json.WriteString("last_id"u8, models.LastOrDefault()?.Id);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, string id, Route route)
    {
        (Model? model, Profile profile) = (route.Model, route.Targets[0].Profile);
        json.WriteStartObject();
        json.WriteString("type"u8, "model"u8);
        json.WriteString("id"u8, id);
        json.WriteString("display_name"u8, model is { IsPattern: false } ? model.DisplayName : id);
        json.WriteString("created_at"u8, "1970-01-01T00:00:00Z"u8);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, 0);
        json.WriteString("owned_by"u8, "gateway"u8);
        WriteNumber(json, "max_input_tokens"u8, model?.ContextWindow ?? route.Targets[0].ContextWindow);
        WriteNumber(json, "max_tokens"u8, model?.MaxOutputTokens ?? profile.MaxOutputTokens);
        ModelCapabilities.Write(json, profile);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
