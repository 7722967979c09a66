using System.Text.Json;
using Gateway.Http;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>Reads the JSON of a management request, more strictly than those of clients: operators want to be told.</summary>
internal static class ManageBody
{
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
        if (await RequestBody.ReadAsync(request, body, room: null, aborted) is { } error)
        {
            return (null, new ManageAnswer.Refused(error));
        }

        try
        {
            JsonElement json = StrictJson.Parse(body.Length == 0 && optional ? "{}"u8 : body.Span);
            if (json.ValueKind != JsonValueKind.Object)
            {
                return (null, ManageAnswer.Invalid(["The request body must be a JSON object."]));
            }

            List<string> errors = [];
            T value = read(new FieldReader(json, "", known, errors));
            return errors.Count == 0 ? (value, null) : (null, ManageAnswer.Invalid(errors));
        }
        catch (JsonException exception)
        {
            // Its message may quote the body.
            string place = exception.LineNumber is { } line ? $" (line {line + 1}, byte {exception.BytePositionInLine + 1})" : "";
            return (null, new ManageAnswer.Refused(GatewayError.InvalidRequest(
                $"The request body is not valid JSON, has a field twice, or holds text that is not Unicode, such as half a surrogate pair{place}.")));
        }
    }
}
