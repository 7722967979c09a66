using System.Buffers;
using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Translation.SameForm;

namespace Gateway.Translation.Tests.SameForm;

public sealed class SameFormRequestTests
{
    private static readonly RelayTarget s_m = new("m", Profile.Default);
    private static readonly RelayTarget s_up = new("up/1", Profile.Default);
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly TranslationReport _report = new();

    [Theory]
    [InlineData("{ \"x\" : 1.50,\n\"model\" : \"alias\", \"y\":{\"model\":\"inner\"} }\n", "{ \"x\" : 1.50,\n\"model\" : \"up/1\", \"y\":{\"model\":\"inner\"} }\n")]
    [InlineData("""{"mo\u0064el":"a\"b"}""", """{"mo\u0064el":"up/1"}""")]
    [InlineData("""{"model":"alias","system":[{"type":"text","text":"x-anthropic-billing-header: cc"}],"messages":[]}""", """{"model":"up/1","system":[{"type":"text","text":"x-anthropic-billing-header: cc"}],"messages":[]}""")]
    public void Only_the_model_changes(string body, string expected)
    {
        Assert.Equal(expected, Messages(body));
        Assert.True(_report.IsEmpty);
        Assert.Equal(expected, Chat(body, out UsageWish usage));
        Assert.Equal(UsageWish.Clients, usage);
        Assert.True(_report.IsEmpty);
    }

    [Theory]
    [InlineData("{\"model\":\"a\"")]
    [InlineData("{}")]
    [InlineData("{\"model\":null}")]
    public void Body_without_a_model_or_end_is_refused(string body)
    {
        Assert.Equal(400, SameFormRequest.WriteMessages(Encoding.UTF8.GetBytes(body), s_m, _report, _output)!.Status);
        Assert.Equal(400, SameFormRequest.WriteChat(Encoding.UTF8.GetBytes(body), s_m, _report, _output, out _)!.Status);
        Assert.Equal(0, _output.WrittenCount);
    }

    [Theory]
    [InlineData("""[M, {"type":"text","text":"a"}]""", """[{"type":"text","text":"a"}]""")]
    [InlineData("""[{"type":"text","text":"a"}, M]""", """[{"type":"text","text":"a"}]""")]
    [InlineData("""[{"type":"text","text":"a"},M , M,{"type":"text","text":"b"}]""", """[{"type":"text","text":"a"},{"type":"text","text":"b"}]""")]
    [InlineData("""[M,{"type":"thinking","thinking":"x","signature":"Claude"},R,{"type":"text","text":"b"},M]""", """[{"type":"thinking","thinking":"x","signature":"Claude"},{"type":"text","text":"b"}]""")]
    [InlineData("""[{"type":"text","text":"gwy1.x"}]""", """[{"type":"text","text":"gwy1.x"}]""")]
    public void Thinking_of_the_gateway_is_taken_out_of_assistant_turns(string content, string expected)
    {
        string Body(string inner) => $$"""{"model":"up/1","messages":[{"role":"user","content":"a"},{"content": {{inner}},"role":"assistant"},{"role":"user","content":"b"}]}""";
        string marked = content
            .Replace("M", """{"type":"thinking","thinking":"x","signature":"gwy1.abc"}""", StringComparison.Ordinal)
            .Replace("R", """{"type":"redacted_thinking","data":"gwy1.abc"}""", StringComparison.Ordinal);
        Assert.Equal(Body(expected), Messages(Body(marked)));
        Assert.Equal(content == expected ? "" : "dropped=thinking", _report.ToString());
    }

    [Fact]
    public void Turn_of_nothing_but_such_thinking_vanishes()
    {
        string body = """{"model":"a","messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"gwy1.abc"}]},{"role":"user","content":"b"}]}""";
        Assert.Equal("""{"model":"up/1","messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}""", Messages(body));
    }

    [Fact]
    public void Budget_is_switched_off_when_the_calling_turn_has_lost_its_thinking()
    {
        string body = """{"model":"a","thinking":{"type":"enabled","budget_tokens":2000},"context_management":{"edits":[{"type":"clear_thinking_20251015"}]},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"gwy1.abc"},{"type":"tool_use","id":"t","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}]}""";
        Assert.Equal("""{"model":"up/1","thinking":{"type":"disabled"},"context_management":null,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]}]}""", Messages(body));
        Assert.Equal("dropped=thinking,context_management; changed=thinking:enabled->disabled", _report.ToString());
    }

    [Theory]
    [InlineData("""{"model":"a","stream":true}""", """{"model":"up/1","stream":true,"stream_options":{"include_usage":true}}""", UsageWish.Added)]
    [InlineData("""{"stream":true,"model":"a" }""", """{"stream":true,"model":"up/1","stream_options":{"include_usage":true} }""", UsageWish.Added)]
    [InlineData("""{"model":"a","stream":true,"stream_options":null}""", """{"model":"up/1","stream":true,"stream_options":{"include_usage":true}}""", UsageWish.Changed)]
    [InlineData("""{"model":"a","stream":true,"stream_options":{}}""", """{"model":"up/1","stream":true,"stream_options":{"include_usage":true}}""", UsageWish.Changed)]
    [InlineData("""{"model":"a","stream":true,"stream_options":{"x":1}}""", """{"model":"up/1","stream":true,"stream_options":{"include_usage":true,"x":1}}""", UsageWish.Changed)]
    [InlineData("""{"model":"a","stream":true,"stream_options":{"include_usage":false}}""", """{"model":"up/1","stream":true,"stream_options":{"include_usage":true}}""", UsageWish.Changed)]
    [InlineData("""{"model":"a","stream":true,"stream_options":{"include_usage":true}}""", """{"model":"up/1","stream":true,"stream_options":{"include_usage":true}}""", UsageWish.Clients)]
    [InlineData("""{"model":"a","stream":false}""", """{"model":"up/1","stream":false}""", UsageWish.Clients)]
    public void Usage_is_asked_for_in_streams(string body, string expected, UsageWish wish)
    {
        Assert.Equal(expected, Chat(body, out UsageWish usage));
        Assert.Equal(wish, usage);
    }

    [Fact]
    public void Usage_is_not_asked_of_servers_that_do_not_know_it()
    {
        Assert.Null(SameFormRequest.WriteChat("""{"model":"a","stream":true}"""u8, new RelayTarget("b", Profile.Default with { StreamUsage = false }), _report, _output, out UsageWish usage));
        Assert.Equal("""{"model":"b","stream":true}""", Encoding.UTF8.GetString(_output.WrittenSpan));
        Assert.Equal(UsageWish.Clients, usage);
    }

    private string Messages(string body)
    {
        ArrayBufferWriter<byte> output = new();
        GatewayError? error = SameFormRequest.WriteMessages(Encoding.UTF8.GetBytes(body), s_up, _report, output);
        Assert.Null(error);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private string Chat(string body, out UsageWish usage)
    {
        ArrayBufferWriter<byte> output = new();
        GatewayError? error = SameFormRequest.WriteChat(Encoding.UTF8.GetBytes(body), s_up, _report, output, out usage);
        Assert.Null(error);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
