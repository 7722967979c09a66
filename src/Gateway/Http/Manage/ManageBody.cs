using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Microsoft.AspNetCore.Http;

namespace Gateway.Http.Manage;

/// <summary>Reads the JSON of a management request, more strictly than those of clients: operators want to be told.</summary>
internal static class ManageBody
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    /// <summary>What <paramref name="read"/> makes of the object, or the refusal that lists all that is wrong with it.</summary>
    /// <param name="request">Its body.</param>
    /// <param name="known">The fields that the object may have.</param>
    /// <param name="read">Takes the fields; what it returns counts only when nothing was wrong.</param>
    /// <param name="aborted">Ends the reading.</param>
    /// <param name="optional">No body stands for an object without fields.</param>
    public static async Task<(T? Value, ManageAnswer? Refusal)> ReadAsync<T>(
        HttpRequest request, IReadOnlyList<string> known, Func<FieldReader, T> read, CancellationToken aborted, bool optional = false)
        where T : class
    {
        using PooledBuffer body = new(4096);
        if (await RequestBody.ReadAsync(request, body, aborted) is { } error)
        {
            return (null, new ManageAnswer.Refused(error));
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(body.Length == 0 && optional ? "{}"u8.ToArray() : body.Memory, s_strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, ManageAnswer.Invalid(["The request body must be a JSON object."]));
            }

            List<string> errors = [];
            T value = read(new FieldReader(json.RootElement, "", known, errors));
            return errors.Count == 0 ? (value, null) : (null, ManageAnswer.Invalid(errors));
        }
        catch (JsonException exception)
        {
            // Its message may quote the body.
            return (null, new ManageAnswer.Refused(GatewayError.InvalidRequest(
                $"The request body is not valid JSON, or has a field twice (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).")));
        }
    }
}
