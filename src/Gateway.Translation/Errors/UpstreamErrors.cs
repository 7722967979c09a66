using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>What an upstream said went wrong, as one of Anthropic's errors. The gateway's credentials never show.</summary>
public static class UpstreamErrors
{
    /// <summary>Said in place of whatever the upstream said about the gateway's own key.</summary>
    private const string CredentialsRefused = "The upstream rejected the gateway's credentials. Ask the operator of the gateway to check the provider's API key.";

    internal static GatewayError GatewaysKeyRefused { get; } = new(500, ErrorType.Api, CredentialsRefused) { ShouldRetry = false, OfCredentials = true };

    /// <summary>Where the server may have another of its APIs instead, that one is tried.</summary>
    private static readonly GatewayError s_noApi =
        GatewayError.BadGateway("upstream returned HTTP 404 without an error of its API: the base URL is probably wrong") with
        {
            Code = GatewayError.NoApiCode,
            ShouldRetry = false,
            RejectedParameters = [OtherApis.Messages, OtherApis.Responses],
            RejectionLasts = true,
        };

    /// <summary>The body is an error in the form of the Messages API, which its clients read.</summary>
    public static bool IsAnthropics(ReadOnlySpan<byte> body)
    {
        using JsonDocument? document = TryParse(body);
        return document?.RootElement.Member("error"u8).Text("type"u8) is not null;
    }

    /// <summary>Translates an HTTP answer that is an error.</summary>
    /// <param name="status">The upstream's HTTP status.</param>
    /// <param name="header">Looks up one of the upstream's headers.</param>
    /// <param name="body">The upstream's body, or its beginning.</param>
    /// <param name="clientCredential">The client's own key was forwarded, so its refusal is the client's business.</param>
    /// <param name="size">The length of the request, if the gateway wrote it.</param>
    /// <param name="redactor">Knows what must not show; without it only what is recognised by its look is taken out.</param>
    public static GatewayError FromResponse(int status, Func<string, string?> header, ReadOnlySpan<byte> body, bool clientCredential, RequestSize? size = null, Redactor? redactor = null)
    {
        using JsonDocument? document = TryParse(body) ?? (CutJson.Close(body) is { } closed ? TryParse(closed) : null);
        JsonElement root = document?.RootElement ?? default;
        UpstreamErrorText text = UpstreamErrorText.Read(root, body, redactor ?? new Redactor());
        bool refused = status == 403 && !clientCredential && text.Type is null && (header("x-amzn-errortype") is not null || text.RpcStatus is "PERMISSION_DENIED");
        GatewayError error = refused ? GatewaysKeyRefused : status == 404 && WrongAddress.Is(text) ? s_noApi : Classify(status, text, clientCredential, size);
        return RetryHints.Add(error, header, root, text.Message) with { Said = text.Words };
    }

    /// <summary>Translates an error object that came with status 200 or inside a stream. Null when the bytes hold none.</summary>
    public static GatewayError? FromBody(ReadOnlySpan<byte> body, bool clientCredential = false, RequestSize? size = null, Redactor? redactor = null)
    {
        using JsonDocument? document = TryParse(body);
        if (document is null)
        {
            return null;
        }

        UpstreamErrorText text = UpstreamErrorText.Read(document.RootElement, body, redactor ?? new Redactor());
        if (text.Message is null && text.Code is null && text.Type is null)
        {
            return null;
        }

        GatewayError error = Classify(text.Status ?? StatusOf(text), text, clientCredential, size);
        return RetryHints.Add(error, static _ => null, document.RootElement, text.Message) with { Said = text.Words };
    }

    /// <summary>
    /// The status says that something is wrong with the request or the server. Redirects, switched protocols, the demands
    /// of a proxy and numbers that HTTP does not know are between the gateway and the upstream: no client could act on them.
    /// </summary>
    public static bool IsError(int status) => status is >= 400 and < 600 and not 407;

    private static GatewayError Classify(int status, UpstreamErrorText text, bool clientCredential, RequestSize? size)
    {
        if (!IsError(status))
        {
            return GatewayError.BadGateway($"upstream returned HTTP {status}");
        }

        string message = text.Message ?? $"upstream returned HTTP {status}";
        if (ContextOverflow.Find(status, text, size) is { } overflow)
        {
            return overflow;
        }

        if (RefusedContent.Is(status, text))
        {
            return GatewayError.InvalidRequest(message) with { Code = GatewayError.FilterCode };
        }

        switch (status)
        {
            case 402:
            case >= 400 when Billing.Is(text):
                return new GatewayError(402, ErrorType.Billing, message) { ShouldRetry = false };
            case 400 or 401 or 403 when !clientCredential && (status == 401 || (status == 403 && IsCredential(text)) || text.Has("API key not valid")):
                return GatewaysKeyRefused;
            case 401:
                return GatewayError.Authentication(message);
            case 403 or 451:
                return GatewayError.Permission(message);
            case 404 or 410:
            case 400 or 422 when UnknownModel.Is(text):
                return new GatewayError(404, ErrorType.NotFound, message)
                {
                    RejectedParameters = ResponsesFields.OtherApi(text) is { } api ? [api] : [],
                    RejectionLasts = true,
                };
            case 405 or 501:
                // No such door; another one may be open.
                return (status == 405 ? GatewayError.InvalidRequest(message) : GatewayError.Api(message)) with { RejectedParameters = [OtherApis.Messages], RejectionLasts = true };
            case 408 or 504 or 524:
                return GatewayError.Timeout(message);
            case 413:
                return GatewayError.TooLarge(message);
            case 429:
                return new GatewayError(429, ErrorType.RateLimit, message);
            case 424 or 425 or 498 or 503 or 529 or (>= 520 and <= 527):
            case >= 500 when IsOverloaded(text):
                return GatewayError.Overloaded(message);
            case 409 or >= 500 when !IsTemplate(text):
                return GatewayError.Api(message);
            default:
                return GatewayError.InvalidRequest(message) with
                {
                    RejectedParameters = RejectedParameters.Find(text),
                    AcceptedMaxTokens = RejectedParameters.FindMaxTokens(text),
                    RejectionLasts = RejectedParameters.IsLasting(text),
                };
        }
    }

    private static bool IsCredential(UpstreamErrorText text) =>
        text.Code is "invalid_api_key" or "invalid_authentication" || text.Has("api key") || text.Has("api-key") || text.Has("credential") || text.Has("subscription key");

    private static bool IsOverloaded(UpstreamErrorText text) =>
        text.Type is "overloaded_error" || text.Code is "overloaded" or "server_overloaded" || text.RpcStatus is "UNAVAILABLE" || text.Has("overloaded");

    /// <summary>llama.cpp's chat templates raise on roles they did not expect: no retry of the same request helps.</summary>
    private static bool IsTemplate(UpstreamErrorText text) =>
        text.Has("roles must alternate") || text.Has("jinja") || text.Has("chat template") || text.Has("system message must be at the beginning");

    private static int StatusOf(UpstreamErrorText text) => ResponsesFields.StatusOf(text.Code) ?? StatusOfBoth(text);

    private static int StatusOfBoth(UpstreamErrorText text) => (text.Type, text.Code, text.RpcStatus) switch
    {
        ("invalid_request_error", "context_length_exceeded", _) or (_, "context_length_exceeded", _) => 400,
        (_, "invalid_api_key", _) => 401,
        ("invalid_request_error", _, _) or (_, _, "INVALID_ARGUMENT") or ("BadRequestError", _, _) => 400,
        ("authentication_error", _, _) => 401,
        _ when Billing.Is(text) => 402,
        ("request_too_large", _, _) => 413,
        ("permission_error", _, _) or (_, _, "PERMISSION_DENIED") => 403,
        ("not_found_error", _, _) or (_, "model_not_found" or "DeploymentNotFound", _) or (_, _, "NOT_FOUND") => 404,
        ("rate_limit_error" or "rate_limit_exceeded", _, _) or (_, "rate_limit_exceeded", _) or (_, _, "RESOURCE_EXHAUSTED") => 429,
        ("overloaded_error", _, _) or (_, "overloaded", _) or (_, _, "UNAVAILABLE") => 529,
        ("timeout_error", _, _) or (_, _, "DEADLINE_EXCEEDED") => 504,
        _ => text.Has("overloaded") ? 529 : text.Has("rate limit") || text.Has("request limit") || text.Has("too many requests") ? 429 : 500,
    };

    private static JsonDocument? TryParse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNames.AreReadable(body) ? JsonDocument.Parse(body.ToArray(), JsonFormat.DocumentOptions) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
