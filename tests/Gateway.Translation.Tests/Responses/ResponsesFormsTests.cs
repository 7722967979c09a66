using System.Text;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;
using Gateway.Translation.Tests.Properties;

namespace Gateway.Translation.Tests.Responses;

/// <summary>An answer is the same response whether it is streamed or said whole, on either side of the gateway.</summary>
public sealed class ResponsesFormsTests
{
    private static readonly GoldenCase[] s_answers = [.. GoldenCase.All.Where(golden => golden.Set.Kind == GoldenKind.Answer)];

    /// <summary>Streams that the test's own reader cannot put together: half a call, and counts that are null.</summary>
    private static readonly string[] s_noOther = ["the-output-limit-inside-a-call-makes-it-incomplete", "null-counts-are-no-counts"];

    /// <summary>Left out: half characters, of which a whole text has none, and arguments whose repair knows the pieces of a stream.</summary>
    public static TheoryData<string> Answers => [.. s_answers.Where(golden => !HalfCharacters.AreIn(golden.UpstreamStream ?? golden.UpstreamResponse) && !golden.Name.Contains("arguments-that-turn-bad", StringComparison.Ordinal)).Select(golden => golden.Name)];

    public static TheoryData<string> OfChat => [.. s_answers.Where(golden => golden.Set is { Upstream: ApiForm.Chat, IsRelay: false } && !golden.Reset && StreamOrWholeTests.HasTwoForms(golden)).Select(golden => golden.Name)];

    public static TheoryData<string> OfMessages => [.. s_answers.Where(golden => golden.Set.Upstream == ApiForm.Messages && !IsPoor(golden) && IsOrdinary(golden, "event: message_start", "message_stop")).Select(golden => golden.Name)];

    public static TheoryData<string> OfResponses => [.. s_answers.Where(golden => golden.Set.Upstream == ApiForm.Responses && IsOrdinary(golden, "event: response.created", "response.completed")).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Answers))]
    public void Client_gets_the_same_response_as_a_stream_and_as_a_body(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        byte[] upstream = golden.UpstreamStream ?? golden.UpstreamResponse!;
        JsonNode? streamed = Run(golden, upstream, streaming: true, !golden.Reset);
        JsonNode? whole = Run(golden, upstream, streaming: false, !golden.Reset);
        Assert.Equal(whole?.ToJsonString(), streamed?.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(OfMessages))]
    public void Message_gives_the_same_response_as_a_stream_and_as_a_body(string name)
    {
        byte[] stream = GoldenCase.Of(name).UpstreamStream!;
        ExpectSame(GoldenCase.Of(name), stream, ToldMessage.Of(stream));
    }

    [Theory]
    [MemberData(nameof(OfResponses))]
    public void Response_gives_the_same_response_as_a_stream_and_as_a_body(string name)
    {
        byte[] stream = GoldenCase.Of(name).UpstreamStream!;
        List<JsonObject> events = ToldMessage.Events(stream);
        JsonObject response = events[^1]["response"]!.DeepClone().AsObject();
        JsonNode[] done = [.. events.Where(e => e["type"]!.ToString() == "response.output_item.done").OrderBy(e => (int)e["output_index"]!).Select(e => e["item"]!.DeepClone())];
        if (done.Length > 0)
        {
            response["output"] = new JsonArray(done);
        }

        ExpectSame(GoldenCase.Of(name), stream, response);
    }

    /// <summary>A whole completion has no order between its thoughts, texts and calls.</summary>
    [Theory]
    [MemberData(nameof(OfChat))]
    public void Completion_gives_the_same_response_as_a_stream_and_as_a_body(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        (byte[] stream, byte[] whole) = StreamOrWholeTests.Forms(golden);
        bool severalThoughts = Encoding.UTF8.GetString(whole).Contains("reasoning_details", StringComparison.Ordinal);
        Assert.Equal(Meaning(Run(golden, whole, streaming: false)!, severalThoughts), Meaning(Run(golden, stream, streaming: true)!, severalThoughts));
    }

    private static void ExpectSame(GoldenCase golden, byte[] stream, JsonObject whole)
    {
        JsonNode streamed = Run(golden, stream, streaming: true)!;
        JsonNode said = Run(golden, Encoding.UTF8.GetBytes(whole.ToJsonString()), streaming: false)!;
        Assert.Equal(said["output"]!.ToJsonString(), streamed["output"]!.ToJsonString());
        Assert.Equal(said["status"]!.ToString(), streamed["status"]!.ToString());
    }

    /// <summary>The response in the end; null where there is an error.</summary>
    private static JsonNode? Run(GoldenCase golden, byte[] upstream, bool streaming, bool clean = true)
    {
        using AnswerTranslator translator = Agent.Answer(golden, streaming);
        translator.Read(upstream);
        translator.End(clean);
        if (translator.Error is not null)
        {
            return null;
        }

        string told = Encoding.UTF8.GetString(translator.Output.Span);
        JsonNode response = streaming ? JsonNode.Parse(told[(told.LastIndexOf("\ndata: ", StringComparison.Ordinal) + "\ndata: ".Length)..])!["response"]!.DeepClone() : JsonNode.Parse(told)!;
        foreach (JsonObject call in response["output"]!.AsArray().OfType<JsonObject>().Where(item => item["status"]!.ToString() == "completed" && item.ContainsKey("arguments")))
        {
            // White space in it means nothing.
            call["arguments"] = JsonNode.Parse(call["arguments"]!.ToString())!.ToJsonString();
        }

        return response;
    }

    /// <summary>It follows its form to the end, so that it has another one.</summary>
    private static bool IsOrdinary(GoldenCase golden, string begin, string end) =>
        golden.Error is null && golden.UpstreamStream is { } stream && !s_noOther.Any(name => golden.Name.EndsWith(name, StringComparison.Ordinal)) && Encoding.UTF8.GetString(stream) is var text
        && text.StartsWith(begin, StringComparison.Ordinal) && text.TrimEnd().Split('\n')[^1].Contains(end, StringComparison.Ordinal) && IsRegular(stream);

    /// <summary>Servers that only resemble Anthropic's begin twice, or number blocks as they like.</summary>
    private static bool IsPoor(GoldenCase golden) => !GoldenTarget.ProfileOf(golden).AnthropicFields;

    /// <summary>Each item or block begins once and is over before the next.</summary>
    private static bool IsRegular(byte[] stream)
    {
        int open = 0;
        foreach (JsonObject each in ToldMessage.Events(stream))
        {
            string type = each["type"]?.ToString() ?? "";
            open += type is "content_block_start" or "response.output_item.added" ? 1 : type is "content_block_stop" or "response.output_item.done" ? -1 : 0;
            if (open is < 0 or > 1)
            {
                return false;
            }
        }

        return open == 0;
    }

    private static string Meaning(JsonNode response, bool severalThoughts)
    {
        JsonObject[] items = [.. response["output"]!.AsArray().OfType<JsonObject>()];
        string thoughts = string.Concat(Of("reasoning").SelectMany(item => item["summary"]!.AsArray()).Select(part => part!["text"]));
        return string.Join('\n',
        [
            "thoughts " + (severalThoughts ? string.Concat(thoughts.Order()) : thoughts),
            "text " + string.Concat(Of("message").SelectMany(item => item["content"]!.AsArray()).Select(part => part!["text"] ?? part["refusal"])),
            .. Of("message").SelectMany(item => item["content"]!.AsArray()).SelectMany(part => part!["annotations"] as JsonArray ?? []).Select(source => "cites " + source!["url"]),
            .. items.Where(item => item["type"]!.ToString() is "function_call" or "custom_tool_call").Select(item => $"{item["namespace"]} {item["name"]} {item["arguments"] ?? item["input"]} {item["status"]}"),
            response["status"]!.ToString(),
        ]);

        IEnumerable<JsonObject> Of(string type) => items.Where(item => item["type"]!.ToString() == type);
    }
}
