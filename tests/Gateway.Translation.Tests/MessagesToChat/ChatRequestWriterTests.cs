using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Messages;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.MessagesToChat;

/// <summary>What depends on more than body and profile, and what the answer's translation is told of the request.</summary>
public sealed class ChatRequestWriterTests
{
    private const string Search = "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]";

    [Fact]
    public void Session_becomes_the_cache_key_at_openai_only()
    {
        ChatUpstream target = GoldenTarget.With(Profile.Default) with { SessionId = "s-1" };
        Assert.Equal("s-1", Field(Write("{}", target).Body, "prompt_cache_key"));
        Assert.Null(Field(Write("{}", target with { SessionId = new string('s', 65) }).Body, "prompt_cache_key"));
        Assert.Null(Field(Write("{}", target with { Profile = Profile.Default with { OpenAiFields = false } }).Body, "prompt_cache_key"));
    }

    [Fact]
    public void Parameters_that_were_refused_before_are_left_out()
    {
        ChatUpstream target = GoldenTarget.With(Profile.Default with { Effort = ["low"] }) with
        {
            RejectedParameters = ["max_completion_tokens", "temperature", "stop", "reasoning_effort", "safety_identifier", "stream_options"],
        };
        (string body, string report, AnswerContext context) = Write(
            """{"temperature":0.5,"stop_sequences":["A"],"output_config":{"effort":"low"},"metadata":{"user_id":"u"},"stream":true}""", target);
        Assert.Equal("""{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"max_tokens":100,"stream":true}""", body);
        Assert.Equal("dropped=temperature,effort,metadata.user_id,stream_options; changed=max_completion_tokens->max_tokens,stop:upstream->gateway", report);
        Assert.True(context.EnforceStops);
    }

    [Fact]
    public void Stop_sequences_beyond_four_are_enforced_here()
    {
        ChatUpstream target = GoldenTarget.With(Profile.Default);
        Assert.False(Write("""{"stop_sequences":["1","2","3","4"]}""", target).Context.EnforceStops);
        AnswerContext context = Write("""{"stop_sequences":["1","2","3","4","5"]}""", target).Context;
        Assert.True(context.EnforceStops);
        Assert.Equal(["1", "2", "3", "4", "5"], context.StopSequences);
    }

    [Theory]
    [InlineData("\"plain question\"", "plain question")]
    [InlineData("""[{"type":"text","text":"first"},{"type":"text","text":" last "},{"type":"text","text":"  "}]""", "last")]
    [InlineData("""[{"type":"search_result","source":"s","title":"t","content":[]}]""", "web search")]
    public void Search_query_is_the_last_user_text(string content, string query) =>
        Assert.Equal(query, Write($"{{\"messages\":[{{\"role\":\"user\",\"content\":{content}}}],{Search}}}", GoldenTarget.With(Profile.Default)).Context.SearchQuery);

    [Fact]
    public void Search_query_is_cut_but_not_inside_a_character()
    {
        string text = "b\U0001F600" + new string('a', 199);
        AnswerContext context = Write($"{{\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}],{Search}}}", GoldenTarget.With(Profile.Default)).Context;
        Assert.Equal(new string('a', 199), context.SearchQuery);
        Assert.True(context.WebSearchOffered);
    }

    [Fact]
    public void Thinking_that_the_client_did_not_see_is_carried_by_its_signature()
    {
        ChatUpstream target = GoldenTarget.With(Profile.Default with { ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_content") });
        string signature = new ThinkingSignature(target.SignatureOrigin, "") { Text = "hidden" }.Encode();
        string body = Write($$"""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"{{signature}}"},{"type":"text","text":"b"}]},{"role":"user","content":"c"}],"thinking":{"type":"adaptive","display":"omitted"} }""", target).Body;
        Assert.Contains("\"content\":\"b\",\"reasoning_content\":\"hidden\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Shortened_names_are_remembered_for_the_answer()
    {
        AnswerContext context = Write("""{"tools":[{"name":"a.b","input_schema":{"type":"object","properties":{}}}]}""", GoldenTarget.With(Profile.Default)).Context;
        Assert.Equal("a.b", Assert.Single(context.ToolNames).Value);
    }

    /// <summary>Translates a minimal request with the given members set or replaced.</summary>
    private static (string Body, string Report, AnswerContext Context) Write(string members, ChatUpstream target)
    {
        JsonObject request = new() { ["model"] = "m", ["max_tokens"] = 100 };
        request["messages"] = JsonNode.Parse("""[{"role":"user","content":"hi"}]""");
        foreach ((string name, JsonNode? value) in JsonNode.Parse(members)!.AsObject())
        {
            request[name] = value?.DeepClone();
        }

        TranslationRun run = TranslationRun.Request(Encoding.UTF8.GetBytes(request.ToJsonString()), target);
        Assert.Null(run.Error?.Message);
        return (Encoding.UTF8.GetString(run.Bytes), run.Report.ToString(), run.Context!);
    }

    private static string? Field(string body, string name)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
    }
}
