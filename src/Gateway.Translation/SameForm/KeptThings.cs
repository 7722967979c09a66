using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Finds in a relayed Responses request what names a thing that its server keeps: files, vector stores, containers, skills.
/// All callers of the gateway share the account they lie in, so none may open by name what may be another's.
/// </summary>
internal static class KeptThings
{
    /// <summary>Folded, as some server may take them.</summary>
    private static readonly HashSet<string> s_names =
        ["fileid", "fileids", "vectorstoreid", "vectorstoreids", "containerid", "skillid", "promptid", "conversationid", "previousresponseid"];

    /// <summary>What tools are called with, their schemas and grammars, and what stands under a text are the client's own.</summary>
    private static readonly HashSet<string> s_clients = ["parameters", "arguments", "inputschema", "outputschema", "schema", "annotations", "metadata"];

    /// <summary>Null when the request names none.</summary>
    public static GatewayError? Find(RelayDraft draft)
    {
        foreach (string name in (ReadOnlySpan<string>)["tools", "input", "instructions"])
        {
            if (draft.Find(name) is { } member)
            {
                Utf8JsonReader json = new(member.Value(draft.Body), JsonFormat.ReaderOptions);
                if (json.Read() && Find(ref json) is { } path)
                {
                    return Refuse(name + path);
                }
            }
        }

        return null;
    }

    /// <summary>What stands there opens what the server keeps.</summary>
    public static GatewayError Refuse(string path) =>
        GatewayError.InvalidRequest($"{path}: names something that the model's server keeps, in an account that many share; send the content itself") with
        {
            Param = path,
            Code = "unsupported_parameter",
        };

    /// <summary>Reads the value that it stands on. Returns where in it such a name stands; null for nowhere.</summary>
    private static string? Find(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartArray:
                for (int index = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; index++)
                {
                    if (Find(ref json) is { } inside)
                    {
                        return $".{index}{inside}";
                    }
                }

                return null;
            case JsonTokenType.StartObject:
                return FindInObject(ref json);
            default:
                return null;
        }
    }

    private static string? FindInObject(ref Utf8JsonReader json)
    {
        Span<char> buffer = stackalloc char[SelectorNames.Longest];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> written = json.ValueSpan;
            ReadOnlySpan<char> name = SelectorNames.Fold(written, buffer);
            json.Read();
            if (s_clients.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name))
            {
                json.Skip();
                continue;
            }

            bool names = s_names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name) ? Says(json) : name is "container" && json.TokenType == JsonTokenType.String && Says(json);
            if ((names ? "" : Find(ref json)) is { } inside)
            {
                return $".{JsonUnescape.ToText(written)}{inside}";
            }
        }

        return null;
    }

    /// <summary>Null, and nothing in quotes or brackets, name nothing. The reader is a copy.</summary>
    private static bool Says(Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.Null => false,
        JsonTokenType.String => json.ValueSpan.Length > 0,
        JsonTokenType.StartArray => json.Read() && json.TokenType != JsonTokenType.EndArray,
        _ => true,
    };
}
