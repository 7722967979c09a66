using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>The readable parts of an upstream's error body, in whichever of the many shapes it came.</summary>
internal sealed record UpstreamErrorText
{
    /// <summary>Went through the filter; null when there is nothing that a person could read.</summary>
    public string? Message { get; private init; }

    public string? Type { get; private init; }

    public string? Code { get; private init; }

    /// <summary>An HTTP status inside the body.</summary>
    public int? Status { get; private init; }

    /// <summary>Google's name of the status.</summary>
    public string? RpcStatus { get; private init; }

    /// <summary>The parameter that the error is about.</summary>
    public string? Parameter { get; private init; }

    /// <summary>The object that holds the members above; undefined when there is none.</summary>
    public JsonElement Object { get; private init; }

    /// <summary>All of it that helps a person; null when there is nothing.</summary>
    public string? Words => Message is not null && Code is { Length: > 0 and <= 64 } code && !Message.Contains(code, StringComparison.Ordinal) && !code.All(char.IsAsciiDigit) ? $"{Message} ({code})" : Message ?? Code ?? Type;

    /// <summary>The body is JSON; a text may be anybody's.</summary>
    public bool IsJson { get; private init; }

    public bool Has(string text) => Message?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

    public static UpstreamErrorText Read(JsonElement root, ReadOnlySpan<byte> body, Redactor redactor)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
        {
            // Gemini wraps its error in an array.
            root = root[0];
        }

        JsonElement error = root.Member("error"u8);
        JsonElement holder = error.ValueKind == JsonValueKind.Object ? error : root;
        int? minimax = error.ValueKind == JsonValueKind.Undefined ? BaseResp.Failure(root) : null;
        string? message = Text(root, error) ?? (root.ValueKind == JsonValueKind.Undefined ? Plain(body) : null);
        string? nested = error.Member("metadata"u8).Text("raw"u8);
        if (nested is { Length: > 0 } && (message is null || message.StartsWith("Provider returned error", StringComparison.OrdinalIgnoreCase)))
        {
            message = Nested(nested);
        }

        JsonElement code = holder.Member("code"u8);
        return new UpstreamErrorText
        {
            Message = message is { Length: > 0 } ? redactor.Text(message) : null,
            Type = holder.Text("type"u8),
            Code = code.AsText() ?? (code.ValueKind == JsonValueKind.Number ? code.GetRawText() : null),
            Status = minimax is { } number ? BaseResp.Status(number) : int.TryParse(code.ValueKind == JsonValueKind.Number ? code.GetRawText() : code.AsText(), NumberStyles.None, CultureInfo.InvariantCulture, out int status) && status is >= 400 and < 600 ? status : null,
            RpcStatus = holder.Text("status"u8),
            Parameter = holder.Text("param"u8),
            Object = holder,
            IsJson = root.ValueKind is JsonValueKind.Object,
        };
    }

    private static string? Text(JsonElement root, JsonElement error) =>
        NonBlank(error.Text("message"u8))
        ?? NonBlank(error.AsText())
        ?? NonBlank(root.Text("message"u8))
        ?? NonBlank(root.Text("Message"u8))
        ?? NonBlank(Detail(root.Member("detail"u8)))
        ?? NonBlank(Detail(root.Member("message"u8).Member("detail"u8)))
        ?? NonBlank(First(root.Member("errors"u8)).Text("message"u8))
        ?? NonBlank(First(root.Member("errors"u8)).AsText())
        ?? NonBlank(root.Member("base_resp"u8).Text("status_msg"u8))
        ?? NonBlank(root.Text("error_msg"u8))
        ?? NonBlank(root.Text("msg"u8));

    private static string? NonBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static JsonElement First(JsonElement array) =>
        array.ValueKind == JsonValueKind.Array && array.GetArrayLength() > 0 ? array[0] : default;

    /// <summary>FastAPI: a text, or a list of what is wrong where.</summary>
    private static string? Detail(JsonElement detail)
    {
        if (detail.ValueKind != JsonValueKind.Array)
        {
            return detail.AsText() ?? detail.Text("message"u8);
        }

        IEnumerable<string> lines = detail.Items().Select(item =>
            $"{string.Join('.', item.Member("loc"u8).Items().Select(part => part.AsText() ?? part.GetRawText()).Where(part => part != "body"))}: {item.Text("msg"u8)}");
        return string.Join("; ", lines);
    }

    private static string Nested(string raw)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(raw);
            return Text(document.RootElement, document.RootElement.Member("error"u8)) ?? raw;
        }
        catch (JsonException)
        {
            return raw;
        }
    }

    /// <summary>A body that is no JSON: short plain text is shown; pages of a proxy, compressed bytes and other charsets are not.</summary>
    private static string? Plain(ReadOnlySpan<byte> body)
    {
        string text = Encoding.UTF8.GetString(body).Trim();
        return text.Length == 0 || text.Contains('<', StringComparison.Ordinal) || text.Any(c => char.IsControl(c) && !char.IsWhiteSpace(c)) ? null : text;
    }
}
