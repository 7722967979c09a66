using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Translation.Chat;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Hub;

public sealed class RequestExtrasTests
{
    private const string Question = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    private const string Tools = """
        "tools":[
            {"type":"function","function":{"name":"look","strict":false,"parameters":{"type":"object","properties":{"at":{"type":"string"}}}}},
            {"type":"custom","custom":{"name":"patch","description":"Edits","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: /.+/"}}}},
            {"type":"function","function":{"name":"drop"}}]
        """;

    private static readonly Dictionary<Knob, string> s_values = new()
    {
        [Knob.Audio] = """{"voice":"alloy","format":"mp3"}""",
        [Knob.FrequencyPenalty] = "0.50",
        [Knob.LogitBias] = """{"50256":-100}""",
        [Knob.Logprobs] = "true",
        [Knob.Metadata] = """{"job":"7"}""",
        [Knob.Modalities] = """["text","audio"]""",
        [Knob.N] = "2",
        [Knob.ParallelToolCalls] = "true",
        [Knob.Prediction] = """{"type":"content","content":"x"}""",
        [Knob.PresencePenalty] = "-1.5",
        [Knob.PromptCacheKey] = "\"conversation-1\"",
        [Knob.PromptCacheRetention] = "\"24h\"",
        [Knob.ResponseFormat] = """{"type":"json_schema","json_schema":{"name":"answer","description":"d","strict":false,"schema":{"type":"object","properties":{"n":{"type":"integer","minimum":3}}}}}""",
        [Knob.SafetyIdentifier] = "\"s-1\"",
        [Knob.Seed] = "9007199254740993",
        [Knob.ServiceTier] = "\"flex\"",
        [Knob.Store] = "false",
        [Knob.TopLogprobs] = "3",
        [Knob.User] = "\"u-1\"",
        [Knob.Verbosity] = "\"low\"",
        [Knob.WebSearchOptions] = """{"search_context_size":"high","user_location":{"type":"approximate","approximate":{"city":"Bern"}}}""",
    };

    /// <summary>All but those without a value of their own: unknown fields, and what the gateway itself asks of streams.</summary>
    public static TheoryData<string> Knobs => [.. Enum.GetNames<Knob>().Except([nameof(Knob.Other), nameof(Knob.StreamOptions)])];

    [Theory]
    [MemberData(nameof(Knobs))]
    public void Knob_survives_byte_for_byte(string knob)
    {
        string name = ChatKnobs.NameOf(Enum.Parse<Knob>(knob));
        string value = s_values[Enum.Parse<Knob>(knob)];
        JsonObject again = ThroughTheHub.Say($$"""{"model":"m",{{Question}},{{Tools}},"{{name}}":{{value}}}""");
        Assert.Equal(value, again[name]?.ToJsonString());
    }

    [Theory]
    [InlineData("reasoning_effort", "\"high\"")]
    [InlineData("reasoning_effort", "\"none\"")]
    [InlineData("reasoning_effort", "\"minimal\"")]
    [InlineData("temperature", "1.70")]
    [InlineData("top_p", "0.1")]
    [InlineData("top_k", "7")]
    [InlineData("max_completion_tokens", "16")]
    [InlineData("stop", """["\n\n","END"]""")]
    [InlineData("response_format", """{"type":"json_object"}""")]
    public void What_claude_would_refuse_or_change_is_as_it_was_meant(string name, string value)
    {
        JsonObject again = ThroughTheHub.Say($$"""{"model":"m",{{Question}},"temperature":1.70,"reasoning_effort":"high","{{name}}":{{value}}}""");
        Assert.Equal(value, again[name]?.ToJsonString());
    }

    [Fact]
    public void Request_without_a_cap_stays_without_one()
    {
        JsonObject again = ThroughTheHub.Say($$"""{"model":"m",{{Question}}}""");
        Assert.Equal(["model", "messages"], again.Select(member => member.Key));
    }

    [Fact]
    public void Claude_itself_still_gets_what_it_takes()
    {
        Assert.True(ChatRequest.TryParse(Encoding.UTF8.GetBytes($$"""{"model":"m",{{Question}},"temperature":1.7,"reasoning_effort":"high","max_completion_tokens":16,"seed":1}"""), out ChatRequest? request, out _));
        using (request)
        {
            TranslationReport report = new();
            ArrayBufferWriter<byte> output = new();
            Assert.Null(MessagesRequestWriter.Write(request, "claude-sonnet-4-5", Profile.Default, report, output));
            Assert.Equal(
                """{"model":"claude-sonnet-4-5","max_tokens":16400,"messages":[{"role":"user","content":"Hi"}],"thinking":{"type":"enabled","budget_tokens":16384}}""",
                Encoding.UTF8.GetString(output.WrittenSpan));
            Assert.Equal("dropped=seed,temperature; changed=max_tokens:16->16400", report.ToString());
        }
    }

    [Fact]
    public void Custom_tool_keeps_its_grammar_and_its_calls_their_text()
    {
        JsonObject again = ThroughTheHub.Say($$$"""
            {"model":"m",{{{Tools}}},"tool_choice":{"type":"custom","custom":{"name":"patch"}},"messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","tool_calls":[{"id":"c1","type":"custom","custom":{"name":"patch","input":"a\"b\n"}}]},{"role":"tool","tool_call_id":"c1","content":"ok"}]}
            """);
        Assert.Equal("""{"type":"custom","custom":{"name":"patch","description":"Edits","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: /.\u002B/"}}}}""", again["tools"]![1]!.ToJsonString());
        Assert.Equal("""{"type":"custom","custom":{"name":"patch"}}""", again["tool_choice"]!.ToJsonString());
        JsonNode call = again["messages"]![1]!["tool_calls"]![0]!;
        Assert.Equal(("c1", "custom", "a\"b\n"), (call["id"]!.ToString(), call["type"]!.ToString(), call["custom"]!["input"]!.ToString()));
        Assert.Equal("c1", again["messages"]![2]!["tool_call_id"]!.ToString());
    }

    [Fact]
    public void Server_that_knows_no_custom_tools_gets_functions_and_no_fields_of_openai()
    {
        TranslationReport report = new();
        JsonObject again = ThroughTheHub.Say(
            $$"""{"model":"m",{{Question}},{{Tools}},"verbosity":"low","seed":1,"prompt_cache_key":"k","logit_bias":{},"zzz":1,"BAD name":2}""",
            ThroughTheHub.TakesAll with { OpenAiFields = false, Sampling = false },
            report);
        Assert.Equal(["model", "tools", "messages", "seed"], again.Select(member => member.Key));
        Assert.Equal("input", again["tools"]![1]!["function"]!["parameters"]!["required"]![0]!.ToString());
        Assert.Equal("dropped=prompt_cache_key,verbosity,logit_bias,zzz,other", report.ToString());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("required")]
    public void Allowed_tools_leave_the_list_whole(string mode)
    {
        string allowed = $$$"""{"type":"allowed_tools","allowed_tools":{"mode":"{{{mode}}}","tools":[{"type":"function","function":{"name":"look"}},{"type":"custom","custom":{"name":"patch"}}]}}""";
        JsonObject again = ThroughTheHub.Say($$"""{"model":"m",{{Question}},{{Tools}},"tool_choice":{{allowed}}}""");
        Assert.Equal(3, again["tools"]!.AsArray().Count);
        Assert.Equal(allowed, again["tool_choice"]!.ToJsonString());
    }

    [Fact]
    public void Tools_that_are_not_allowed_are_kept_from_a_server_that_cannot_be_told()
    {
        JsonObject again = ThroughTheHub.Say(
            $$$"""{"model":"m",{{{Question}}},{{{Tools}}},"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"look"} } ] } } }""",
            ThroughTheHub.TakesAll with { ToolChoice = ToolChoiceSupport.NoNamed });
        Assert.Equal("look", Assert.Single(again["tools"]!.AsArray())!["function"]!["name"]!.ToString());
        Assert.Equal("required", again["tool_choice"]!.ToString());
    }

    [Fact]
    public void Reasoning_that_nobody_signed_reaches_a_server_that_wants_it_back()
    {
        JsonObject again = ThroughTheHub.Say(
            """
            {"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","reasoning_content":"Let me look.","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"ok"}]}
            """,
            ThroughTheHub.TakesAll with { ReplayReasoning = new ReasoningReplay(ReplayWhen.ToolTurns, "reasoning_content") });
        Assert.Equal("Let me look.", again["messages"]![1]!["reasoning_content"]!.ToString());
    }

    [Fact]
    public void Messages_stay_apart_and_system_messages_where_they_were()
    {
        JsonObject again = ThroughTheHub.Say("""{"model":"m","messages":[{"role":"user","content":"A"},{"role":"user","content":"B"},{"role":"system","content":"S"},{"role":"assistant","content":"C"},{"role":"user","content":"D"}]}""");
        Assert.Equal(["user A", "user B", "system S", "assistant C", "user D"], again["messages"]!.AsArray().Select(message => $"{message!["role"]} {message["content"]}"));
    }
}
