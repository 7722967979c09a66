using System.Text.Json.Nodes;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Errors;

public sealed class ContextOverflowTests
{
    [Theory]
    [InlineData("This model's maximum context length is 128000 tokens. However, your messages resulted in 130500 tokens.", 130500, 128000)]
    [InlineData("This model's maximum context length is 128,000 tokens. However, your messages resulted in 130,500 tokens.", 130500, 128000)]
    [InlineData("This model's maximum context length is 4096 tokens. However, you requested 5100 tokens (5000 in the messages, 100 in the completion).", 5000, 4096)]
    [InlineData("This model's maximum context length is 4096 tokens. However, you requested 100 output tokens and your prompt contains at least 4097 input tokens, for a total of at least 4197 tokens.", 4097, 4096)]
    [InlineData("The input token count (1050000) exceeds the maximum number of tokens allowed (1048576).", 1050000, 1048576)]
    [InlineData("The input token count exceeds the maximum number of tokens allowed 1048576.", 1048577, 1048576)]
    [InlineData("Range of input length should be [1, 30720]", 30721, 30720)]
    [InlineData("Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length", 40000, 32768)]
    [InlineData("The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 5000 >= n_ctx: 4096)", 5000, 4096)]
    [InlineData("Trying to keep the first 9000 tokens when context overflows. However, the model is loaded with context length of only 4096 tokens", 9000, 4096)]
    [InlineData("request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it", 9000, 8192)]
    [InlineData("This model's maximum prompt length is 131072 but the request contains 140000 tokens.", 140000, 131072)]
    [InlineData("Your request exceeded model token limit: 131072 (requested: 140000)", 140000, 131072)]
    [InlineData("The prompt is too long: 140000, model maximum context length: 131072", 140000, 131072)]
    [InlineData("prompt is too long: 210000 tokens > 200000 maximum", 210000, 200000)]
    public void Input_that_is_too_long_is_said_in_anthropics_words(string upstream, long input, long limit) =>
        Assert.Equal($"prompt is too long: {input} tokens > {limit} maximum", Rewrite(upstream));

    [Theory]
    [InlineData("This model's maximum context length is 8192 tokens. However, you requested 10000 tokens (8000 in the messages, 2000 in the completion).", 8000, 2000, 8192)]
    [InlineData("This model's maximum context length is 8192 tokens. However, you requested 9500 tokens (7000 in the messages, 500 in the functions, and 2000 in the completion).", 7500, 2000, 8192)]
    [InlineData("'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 8192 tokens and your request has 500 input tokens (8000 > 8192 - 500).", 500, 8000, 8192)]
    [InlineData("This endpoint's maximum context length is 128000 tokens. However, you requested about 130000 tokens (100000 of text input, 30000 in the output).", 100000, 30000, 128000)]
    [InlineData("`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs` tokens and 1000 `max_new_tokens`", 4000, 1000, 4096)]
    [InlineData("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again", 190000, 20000, 200000)]
    public void Input_that_fits_with_less_output_is_said_so(string upstream, long input, long output, long limit) =>
        Assert.Equal($"input length and `max_tokens` exceed context limit: {input} + {output} > {limit}, decrease input length or `max_tokens` and try again", Rewrite(upstream));

    [Theory]
    [InlineData("context length exceeded")]
    [InlineData("Please reduce the length of the messages or completion.")]
    [InlineData("the request exceeds the available context size")]
    public void Without_numbers_the_first_form_still_begins_the_message(string upstream) =>
        Assert.Equal($"prompt is too long: {upstream}", Rewrite(upstream));

    [Theory]
    [InlineData("context length exceeded", 9000, 8192, 9000, 8192)]
    [InlineData("Please reduce the length of the messages or completion.", 8000, 8192, 8193, 8192)]
    [InlineData("Range of input length should be [1, 30720]", 40000, 8192, 40000, 30720)]
    [InlineData("Range of input length should be [1, 30720]", 40000, null, 40000, 30720)]
    [InlineData("Range of input length should be [1, 30720]", 20000, null, 30721, 30720)]
    [InlineData("The input token count exceeds the maximum number of tokens allowed 1048576.", 1200000, 2000000, 1200000, 1048576)]
    public void Numbers_that_the_upstream_left_out_are_the_gateways(string upstream, long estimate, int? window, long input, long limit) =>
        Assert.Equal($"prompt is too long: {input} tokens > {limit} maximum", Read(400, new() { ["message"] = upstream }, new(new(() => estimate), window)).Message);

    [Fact]
    public void Without_a_known_window_an_estimate_alone_is_not_made()
    {
        RequestSize size = new(new(() => 9000), null);
        Assert.Equal("prompt is too long: context length exceeded", Read(400, new() { ["message"] = "context length exceeded" }, size).Message);
        Assert.False(size.Input.IsValueCreated);
    }

    [Theory]
    [InlineData(400, "This model's maximum context length is 128000 tokens. However, your messages resulted in 130500 tokens.")]
    [InlineData(400, "something else")]
    [InlineData(429, "slow down")]
    public void Tokens_are_counted_only_where_the_number_is_missing(int status, string upstream)
    {
        RequestSize size = new(new(() => 9000), 8192);
        Read(status, new() { ["message"] = upstream }, size);
        Assert.False(size.Input.IsValueCreated);
    }

    [Theory]
    [InlineData(100000, 30000, 128000, 27000)]
    [InlineData(7100, 2000, 8192, null)]
    public void The_output_that_fits_is_known_if_there_is_enough_of_it(long input, long output, long limit, int? fitting)
    {
        JsonObject error = new() { ["message"] = $"This model's maximum context length is {limit} tokens. However, you requested {input + output} tokens ({input} in the messages, {output} in the completion)." };
        Assert.Equal(fitting, Read(400, error.DeepClone().AsObject(), new(new(() => 1), null)).FittingMaxTokens);
        Assert.Null(Read(400, error).FittingMaxTokens);
    }

    [Fact]
    public void Llama_cpp_gives_its_numbers_as_members()
    {
        JsonObject error = new() { ["message"] = "the request exceeds the available context size", ["type"] = "exceed_context_size_error", ["n_prompt_tokens"] = 9000, ["n_ctx"] = 8192 };
        Assert.Equal("prompt is too long: 9000 tokens > 8192 maximum", Read(400, error).Message);
    }

    [Fact]
    public void The_code_alone_is_enough() =>
        Assert.Equal("prompt is too long: Too big.", Read(400, new() { ["message"] = "Too big.", ["code"] = "context_length_exceeded" }).Message);

    [Theory]
    [InlineData(413)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(500)]
    public void Any_status_that_overflow_hides_behind_becomes_400(int status)
    {
        GatewayError error = Read(status, new() { ["message"] = "This model's maximum context length is 10 tokens. However, your messages resulted in 12 tokens." });
        Assert.Equal((400, ErrorType.InvalidRequest, "prompt is too long: 12 tokens > 10 maximum"), (error.Status, error.Type, error.Message));
    }

    private static string Rewrite(string message)
    {
        GatewayError error = Read(400, new() { ["message"] = message });
        Assert.Equal((400, ErrorType.InvalidRequest, "context_length_exceeded"), (error.Status, error.Type, error.Code));
        return error.Message;
    }

    private static GatewayError Read(int status, JsonObject error, RequestSize? size = null) =>
        UpstreamErrors.FromResponse(status, static _ => null, System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["error"] = error }.ToJsonString()), clientCredential: false, size);
}
