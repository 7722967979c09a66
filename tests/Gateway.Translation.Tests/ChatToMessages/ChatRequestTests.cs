using System.Text;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.ChatToMessages;

public sealed class ChatRequestTests
{
    [Theory]
    [InlineData("{", "The request body is not valid JSON.")]
    [InlineData("", "The request body is not valid JSON.")]
    [InlineData("[]", "The request body must be a JSON object.")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "model: Field required")]
    [InlineData("""{"model":7,"messages":[{"role":"user","content":"a"}]}""", "model: must be a non-empty string")]
    [InlineData("""{"model":"m"}""", "messages: at least one message is required")]
    [InlineData("""{"model":"m","messages":[]}""", "messages: at least one message is required")]
    [InlineData("""{"model":"m","messages":["a"]}""", "messages.0: must be an object")]
    [InlineData("""{"model":"m","messages":[{"content":"a"}]}""", "messages.0.role: Field required")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", "messages.0.content: Field required")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":7}]}""", "messages.0.content: must be a string or an array")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"text":"a"}]}]}""", "messages.0.content.0.type: Field required")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages.0.content.0.text: Field required")]
    public void Faulty_body_is_refused_with_the_path(string body, string message)
    {
        Assert.False(ChatRequest.TryParse(Encoding.UTF8.GetBytes(body), out _, out GatewayError? error));
        Assert.Equal(GatewayError.InvalidRequest(message), error);
    }

    [Fact]
    public void Hostile_nesting_is_a_refusal()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 5000));
        Assert.False(ChatRequest.TryParse(Encoding.UTF8.GetBytes($"{{\"model\":{deep}"), out _, out GatewayError? error));
        Assert.Equal(400, error.Status);
    }

    [Fact]
    public void Facts_for_routing_are_read_and_unknown_fields_are_no_error()
    {
        using ChatRequest request = Parse("""{"model":"a/b","stream":true,"stream_options":{"include_usage":true},"n":3,"x":{"y":1},"messages":[{"role":"user","content":"a","z":1}]}""");
        Assert.Equal("a/b", request.Model);
        Assert.True(request.Stream);
        Assert.True(request.IncludeUsage);
    }

    [Fact]
    public void Usage_is_not_included_without_a_stream()
    {
        using ChatRequest request = Parse("""{"model":"m","stream_options":{"include_usage":true},"messages":[{"role":"user","content":"a"}]}""");
        Assert.False(request.Stream);
        Assert.False(request.IncludeUsage);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\uDC00x")]
    public void Half_a_surrogate_pair_in_a_name_is_replaced(string name)
    {
        Assert.True(ChatRequest.TryParse(Encoding.UTF8.GetBytes($"{{\"{name}\":1,\"model\":\"m\",\"messages\":[{{\"role\":\"user\",\"content\":\"a\"}}]}}"), out ChatRequest? request, out _));
        using (request)
        {
            Assert.StartsWith("{\"\\ufffd", Encoding.UTF8.GetString(request.Source.Span), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_is_replaced_and_no_crash()
    {
        using ChatRequest request = Parse("""{"model":"m","user":"\ud800","tools":[{"type":"function","function":{"name":"\ud800","description":"\ud800"}}],"stop":"\ud800","messages":[{"role":"assistant","content":"\ud800 ","tool_calls":[{"id":"\ud800","function":{"name":"\ud800","arguments":"\ud800"}}]}]}""");
        System.Buffers.ArrayBufferWriter<byte> output = new();
        Assert.Null(MessagesRequestWriter.Write(request, "claude-sonnet-4-5", Profiles.Profile.Default, new TranslationReport(), output));
    }

    [Fact]
    public void Upstream_may_be_asked_for_a_stream_that_the_client_did_not_want()
    {
        using ChatRequest request = Parse("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}]}""");
        System.Buffers.ArrayBufferWriter<byte> output = new();
        MessagesRequestWriter.Write(request, "claude-sonnet-4-5", Profiles.Profile.Default, new TranslationReport(), output, stream: true);
        Assert.Equal("""{"model":"claude-sonnet-4-5","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"a"}]}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static ChatRequest Parse(string body)
    {
        Assert.True(ChatRequest.TryParse(Encoding.UTF8.GetBytes(body), out ChatRequest? request, out GatewayError? error), error?.Message);
        return request;
    }
}
