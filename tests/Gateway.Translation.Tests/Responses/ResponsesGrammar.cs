using System.Text;
using System.Text.Json;

namespace Gateway.Translation.Tests.Responses;

/// <summary>
/// The grammar of a Responses stream, as strict clients read it: written from what they demand and not from the sink. It
/// puts the deltas together by itself and compares them with what items and response say in the end.
/// </summary>
internal sealed class ResponsesGrammar
{
    private readonly Dictionary<int, Item> _items = [];
    private readonly List<JsonElement> _done = [];

    private sealed record Item(string Id, string Type)
    {
        public Dictionary<int, StringBuilder> Parts { get; } = [];

        public StringBuilder Input { get; } = new();

        public bool IsDone { get; set; }
    }

    public List<string> Problems { get; } = [];

    /// <summary>The type of the last event; empty when there is none.</summary>
    public string Last { get; private set; } = "";

    /// <summary>Texts of all messages, one behind the other.</summary>
    public string Text => string.Concat(_done.Where(item => Type(item) == "message").SelectMany(item => item.GetProperty("content").EnumerateArray()).Select(part => Type(part) == "output_text" ? part.GetProperty("text").GetString() : ""));

    public IEnumerable<JsonElement> Done => _done;

    public static ResponsesGrammar Of(string stream)
    {
        ResponsesGrammar grammar = new();
        string[] events = stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < events.Length; i++)
        {
            string[] lines = events[i].Split('\n');
            JsonElement data = JsonElement.Parse(lines[1]["data: ".Length..]);
            grammar.Check(lines.Length == 2 && lines[0] == "event: " + Type(data), $"{i}: the name is not the type");
            grammar.Check(data.GetProperty("sequence_number").GetInt32() == i, $"{i}: numbered {data.GetProperty("sequence_number")}");
            grammar.Check(i != 0 || Type(data) == "response.created", "does not begin with response.created");
            grammar.Check(i != 1 || Type(data) == "response.in_progress", "does not go on with response.in_progress");
            grammar.Check(grammar.Last is not ("response.completed" or "response.incomplete" or "response.failed"), $"{i}: comes after the end");
            grammar.Take(Type(data), data);
            grammar.Last = Type(data);
        }

        return grammar;
    }

    private static string Type(JsonElement value) => value.GetProperty("type").GetString()!;

    private void Check(bool holds, string problem)
    {
        if (!holds)
        {
            Problems.Add(problem);
        }
    }

    private void Take(string type, JsonElement data)
    {
        switch (type)
        {
            case "response.output_item.added":
                Check(data.GetProperty("output_index").GetInt32() == _items.Count, $"item {data.GetProperty("output_index")} leaves a gap");
                JsonElement added = data.GetProperty("item");
                Check(!_items.Values.Any(item => item.Id == added.GetProperty("id").GetString()), "an id is there twice");
                _items[data.GetProperty("output_index").GetInt32()] = new Item(added.GetProperty("id").GetString()!, Type(added));
                break;
            case "response.output_item.done":
                Finish(_items[data.GetProperty("output_index").GetInt32()], data.GetProperty("item"));
                break;
            case "response.completed" or "response.incomplete":
                End(data.GetProperty("response"), type);
                break;
            default:
                if (data.TryGetProperty("output_index", out JsonElement index))
                {
                    Grow(_items[index.GetInt32()], type, data);
                }

                break;
        }
    }

    private void Grow(Item item, string type, JsonElement data)
    {
        Check(item.Id == data.GetProperty("item_id").GetString() && !item.IsDone, $"{type} of another item, or of one that is done");
        string delta = data.TryGetProperty("delta", out JsonElement said) ? said.GetString()! : "";
        switch (type)
        {
            case "response.content_part.added":
                Check(data.GetProperty("content_index").GetInt32() == item.Parts.Count, "a part leaves a gap");
                item.Parts[data.GetProperty("content_index").GetInt32()] = new StringBuilder();
                break;
            case "response.reasoning_summary_part.added":
                item.Parts[data.GetProperty("summary_index").GetInt32()] = new StringBuilder();
                break;
            case "response.output_text.delta" or "response.refusal.delta":
                item.Parts[data.GetProperty("content_index").GetInt32()].Append(delta);
                break;
            case "response.reasoning_summary_text.delta":
                item.Parts[data.GetProperty("summary_index").GetInt32()].Append(delta);
                break;
            case "response.function_call_arguments.delta" or "response.custom_tool_call_input.delta":
                item.Input.Append(delta);
                break;
        }
    }

    private void Finish(Item item, JsonElement done)
    {
        Check(item.Id == done.GetProperty("id").GetString() && item.Type == Type(done), "an item changed its id or type");
        IEnumerable<string> said = item.Parts.OrderBy(part => part.Key).Select(part => part.Value.ToString());
        IEnumerable<string>? told = item.Type switch
        {
            "message" => done.GetProperty("content").EnumerateArray().Select(part => part.GetProperty(Type(part) == "refusal" ? "refusal" : "text").GetString()!),
            "reasoning" => done.GetProperty("summary").EnumerateArray().Select(part => part.GetProperty("text").GetString()!),
            _ => null,
        };
        Check(told is null || told.SequenceEqual(said), $"{item.Type}: the deltas are another text");
        string? input = item.Type switch { "function_call" => "arguments", "custom_tool_call" => "input", _ => null };
        Check(input is null || done.GetProperty(input).GetString() == item.Input.ToString(), "the deltas are another input");
        Check(item.Type != "function_call" || done.GetProperty("status").GetString() == "incomplete" || JsonElement.Parse(done.GetProperty("arguments").GetString()!).ValueKind == JsonValueKind.Object, "arguments are no object");
        item.IsDone = true;
        _done.Add(done);
    }

    private void End(JsonElement response, string type)
    {
        Check(_items.Values.All(item => item.IsDone), "an item is not done");
        Check(response.GetProperty("status").GetString() == type["response.".Length..], "the status is not the event's");
        JsonElement[] output = [.. response.GetProperty("output").EnumerateArray()];
        Check(output.Length == _done.Count && output.All(item => _done.Any(done => JsonElement.DeepEquals(done, item))), "the output is not what was done");
        JsonElement usage = response.GetProperty("usage");
        Check(usage.GetProperty("total_tokens").GetInt64() == usage.GetProperty("input_tokens").GetInt64() + usage.GetProperty("output_tokens").GetInt64(), "the total is no sum");
    }
}
