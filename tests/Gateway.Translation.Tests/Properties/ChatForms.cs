using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Properties;

/// <summary>
/// The same chat answer in its other form: a stream put together, a whole one taken apart. Written from the meaning of
/// the fields, and shares nothing with the translation.
/// </summary>
internal static class ChatForms
{
    private static readonly string[] s_texts = ["content", "reasoning_content", "reasoning", "reasoning_text", "thinking", "refusal"];

    /// <summary>In which order a stream says them; others come first.</summary>
    private static readonly string[] s_order = ["content", "images", "refusal", "annotations", "tool_calls", "function_call"];

    /// <summary>The completion that the chunks amount to.</summary>
    public static JsonObject Whole(IEnumerable<JsonObject> chunks)
    {
        JsonObject whole = [];
        JsonArray choices = [];
        foreach (JsonObject chunk in chunks)
        {
            foreach ((string name, JsonNode? value) in chunk.Where(member => member.Key != "choices" && member.Value is not null))
            {
                whole[name] = value!.DeepClone();
            }

            foreach (JsonObject choice in (chunk["choices"] as JsonArray ?? []).OfType<JsonObject>())
            {
                Join(Choice(choices, choice), choice);
            }
        }

        whole["object"] = "chat.completion";
        whole["choices"] = choices;
        return whole;
    }

    /// <summary>Chunks that amount to the completion, its texts in pieces.</summary>
    public static IEnumerable<JsonObject> Chunks(JsonObject whole)
    {
        foreach (JsonObject choice in (whole["choices"] as JsonArray ?? []).OfType<JsonObject>())
        {
            foreach (JsonObject delta in Deltas(choice["message"] as JsonObject ?? []))
            {
                yield return Chunk(whole, new JsonObject { ["index"] = choice["index"]?.DeepClone(), ["delta"] = delta, ["finish_reason"] = null });
            }

            JsonObject last = choice.DeepClone().AsObject();
            last.Remove("message");
            last["delta"] = new JsonObject();
            yield return Chunk(whole, last);
        }

        JsonObject end = whole.DeepClone().AsObject();
        end["choices"] = new JsonArray();
        yield return end;
    }

    private static JsonObject Chunk(JsonObject whole, JsonObject choice) =>
        new() { ["id"] = whole["id"]?.DeepClone(), ["object"] = "chat.completion.chunk", ["choices"] = new JsonArray(choice) };

    private static JsonObject Choice(JsonArray choices, JsonObject chunk)
    {
        int index = chunk["index"]?.GetValue<int>() ?? 0;
        JsonObject? known = choices.OfType<JsonObject>().FirstOrDefault(choice => choice["index"]!.GetValue<int>() == index);
        if (known is null)
        {
            known = new JsonObject { ["index"] = index, ["message"] = new JsonObject { ["role"] = "assistant" } };
            choices.Add(known);
        }

        return known;
    }

    private static void Join(JsonObject choice, JsonObject chunk)
    {
        foreach ((string name, JsonNode? value) in chunk.Where(member => member.Key is not ("delta" or "message" or "index") && member.Value is not null))
        {
            choice[name] = value!.DeepClone();
        }

        JsonObject message = choice["message"]!.AsObject();
        foreach ((string name, JsonNode? value) in (chunk["delta"] ?? chunk["message"]) as JsonObject ?? [])
        {
            if (value is JsonArray calls && name == "tool_calls")
            {
                int before = (message[name] as JsonArray)?.Count ?? 0;
                calls.OfType<JsonObject>().ToList().ForEach(call => JoinCall(message, call, before));
            }
            else if (value is JsonArray details && name == "reasoning_details" && chunk["delta"] is not null)
            {
                details.OfType<JsonObject>().ToList().ForEach(detail => JoinDetail(message, detail));
            }
            else if (value is JsonArray list)
            {
                JsonArray all = message[name] as JsonArray ?? [];
                message[name] = all;
                list.ToList().ForEach(item => all.Add(item?.DeepClone()));
            }
            else if (name == "function_call" && value is JsonObject call)
            {
                message[name] = Joined(message[name] as JsonObject, call);
            }
            else if (value is not null)
            {
                message[name] = s_texts.Contains(name) ? message[name] + value.ToString() : value.DeepClone();
            }
        }
    }

    private static void JoinCall(JsonObject message, JsonObject piece, int before)
    {
        JsonArray calls = message["tool_calls"] as JsonArray ?? [];
        message["tool_calls"] = calls;
        string? id = piece["id"]?.ToString();
        JsonObject? known = piece["index"] is { } index
            ? calls.OfType<JsonObject>().LastOrDefault(call => call["index"]?.ToString() == index.ToString())
            : calls.OfType<JsonObject>().LastOrDefault(call => call["id"]?.ToString() == id) ?? calls.OfType<JsonObject>().LastOrDefault();
        if (known is null || IsAnother(known, piece, sameList: calls.IndexOf(known) >= before))
        {
            calls.Add(piece.DeepClone());
            return;
        }

        // An id that comes late is no use to the client of a stream: it has another one already.
        foreach ((string name, JsonNode? value) in piece.Where(member => member.Key != "id" && member.Value?.ToString() is { Length: > 0 }))
        {
            known[name] = value is JsonObject inner ? Joined(known[name] as JsonObject, inner) : value!.DeepClone();
        }
    }

    /// <summary>Pieces of one type, index and id are one entry, until it is signed.</summary>
    private static void JoinDetail(JsonObject message, JsonObject piece)
    {
        JsonArray all = message["reasoning_details"] as JsonArray ?? [];
        message["reasoning_details"] = all;
        JsonObject? known = all.OfType<JsonObject>().LastOrDefault(entry =>
            entry["type"]!.ToString() == piece["type"]!.ToString()
            && (piece["index"] is { } index ? entry["index"]?.ToString() == index.ToString() : entry == all[^1])
            && (piece["id"] is not { } id || entry["id"] is null || entry["id"]!.ToString() == id.ToString()));
        string? data = known?["data"]?.ToString();
        if (known is null || (known["signature"] is not null && piece["text"] is not null) || (data?.EndsWith('=') == true && data != piece["data"]?.ToString()))
        {
            all.Add(piece.DeepClone());
            return;
        }

        foreach ((string name, JsonNode? value) in piece.Where(member => member.Value is not null))
        {
            known[name] = name is "text" or "summary" || (name == "data" && data != value!.ToString()) ? known[name] + value!.ToString() : value!.DeepClone();
        }
    }

    /// <summary>Another id begins another call; without ids another name does, or a whole call behind a whole one.</summary>
    private static bool IsAnother(JsonObject known, JsonObject piece, bool sameList)
    {
        string id = piece["id"]?.ToString() ?? "";
        string name = piece["function"]?["name"]?.ToString() ?? "";
        string knownName = known["function"]?["name"]?.ToString() ?? "";
        return id.Length > 0 && known["id"]?.ToString() is { Length: > 0 } other && other != id
            || name.Length > 0 && knownName.Length > 0 && (sameList || (name != knownName && !IsRestOfName(known, piece)) || (piece["index"] is null && known["function"]!["arguments"]!.ToString().EndsWith('}')));
    }

    /// <summary>Some servers send the name in pieces, before any argument.</summary>
    private static bool IsRestOfName(JsonObject known, JsonObject piece) =>
        piece["index"] is not null && piece["id"] is null && known["function"]?["arguments"]?.ToString() is "";

    private static JsonObject Joined(JsonObject? known, JsonObject piece)
    {
        JsonObject joined = known?.DeepClone().AsObject() ?? [];
        foreach ((string name, JsonNode? value) in piece)
        {
            bool goesOn = name is "arguments" or "input" || (name == "name" && joined[name]?.ToString() != value?.ToString());
            joined[name] = goesOn && value is JsonValue ? joined[name] + value.ToString() : value?.ToString() is { Length: > 0 } ? value.DeepClone() : joined[name]?.DeepClone();
        }

        return joined;
    }

    private static IEnumerable<JsonObject> Deltas(JsonObject message)
    {
        yield return new JsonObject { ["role"] = "assistant", ["content"] = "" };
        foreach ((string name, JsonNode? value) in message.OrderBy(member => Array.IndexOf(s_order, member.Key)))
        {
            if (s_texts.Contains(name) && value is JsonValue text)
            {
                // What is the same under several names comes under all of them at once.
                string[] names = [.. message.Where(member => s_texts.Contains(member.Key) && member.Value?.ToString() == text.ToString()).Select(member => member.Key)];
                foreach (string piece in names[0] == name ? Pieces(text.ToString()) : [])
                {
                    yield return new JsonObject(names.Select(each => KeyValuePair.Create<string, JsonNode?>(each, piece)));
                }
            }
            else if (name == "tool_calls" && value is JsonArray calls)
            {
                foreach (JsonObject delta in calls.OfType<JsonObject>().SelectMany(CallDeltas))
                {
                    yield return delta;
                }
            }
            else if (value is JsonArray list && name is "content" or "reasoning_details")
            {
                foreach (JsonNode? item in list)
                {
                    yield return new JsonObject { [name] = new JsonArray(item?.DeepClone()) };
                }
            }
            else if (name != "role")
            {
                yield return new JsonObject { [name] = value?.DeepClone() };
            }
        }
    }

    private static IEnumerable<JsonObject> CallDeltas(JsonObject call, int index)
    {
        JsonObject head = call.DeepClone().AsObject();
        head["index"] = index;
        string[] pieces = head["function"]?["arguments"] is JsonValue arguments ? [.. Pieces(arguments.ToString())] : [];
        if (pieces.Length > 0)
        {
            head["function"]!["arguments"] = "";
        }

        yield return new JsonObject { ["tool_calls"] = new JsonArray(head) };
        foreach (string piece in pieces)
        {
            yield return new JsonObject { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = piece } }) };
        }
    }

    private static IEnumerable<string> Pieces(string text) => text.EnumerateRunes().Chunk(3).Select(runes => string.Concat(runes));
}
