using System.Text;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Errors;

/// <summary>Refusals with a status that blames the request, although the model is not there or a filter took offence.</summary>
public sealed class WhoseFaultTests
{
    [Theory]
    [InlineData("""{"error":{"message":"The model `gpt-x` does not exist or you do not have access to it.","code":"model_not_found"}}""")]
    [InlineData("""{"error":{"message":"The model `gpt-x` does not exist or you do not have access to it."}}""")]
    [InlineData("""{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}""")]
    [InlineData("""{"error":{"message":"Model Not Exist"}}""")]
    [InlineData("""{"error":{"message":"foo/bar is not a valid model ID","code":400}}""")]
    [InlineData("""{"error":{"message":"Unsupported model: foo"}}""")]
    [InlineData("""{"error":{"message":"The model `mixtral` has been decommissioned and is no longer supported."}}""")]
    [InlineData("""{"error":{"message":"Invalid model name passed in model=foo"}}""")]
    [InlineData("""{"error":{"message":"The requested model is not supported.","code":"model_not_supported"}}""")]
    public void Model_that_is_not_there_is_not_found(string body) => Assert.Equal(ErrorType.NotFound, Read(400, body).Type);

    [Theory]
    [InlineData("""{"error":{"message":"'temperature' is not supported with this model."}}""")]
    [InlineData("""{"error":{"message":"This model does not support tools."}}""")]
    [InlineData("""{"error":{"message":"The model gpt-x is not supported with response_format json_schema"}}""")]
    [InlineData("""{"error":{"message":"Unsupported model parameter: top_k"}}""")]
    [InlineData("""{"error":{"message":"Unsupported value: 'reasoning_effort' does not support 'minimal' with this model.","code":"unsupported_value"}}""")]
    [InlineData("""{"error":{"message":"messages.1.content: the file does not exist"}}""")]
    [InlineData("""{"error":{"message":"model: Field required"}}""")]
    public void What_the_model_does_not_take_is_another_matter(string body) => Assert.Equal(ErrorType.InvalidRequest, Read(400, body).Type);

    [Theory]
    [InlineData(400, """{"error":{"message":"filtered","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""")]
    [InlineData(400, """{"error":{"message":"no","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""")]
    [InlineData(400, """{"error":{"message":"Content Exists Risk"}}""")]
    [InlineData(403, """{"error":{"message":"foo requires moderation on OpenAI. Your input was flagged for \"x\".","code":403}}""")]
    [InlineData(400, """{"error":{"message":"Your request was rejected.","code":"content_policy_violation"}}""")]
    public void Filter_of_an_upstream_is_known(int status, string body)
    {
        GatewayError error = Read(status, body);
        Assert.Equal((400, GatewayError.FilterCode), (error.Status, error.Code));
    }

    [Theory]
    [InlineData("""{"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}}""", 200_000)]
    [InlineData("""{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 130500 tokens.","code":"context_length_exceeded"}}""", 128_000)]
    [InlineData("""{"error":{"message":"input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length"}}""", 200_000)]
    public void Limit_of_a_window_is_read(string body, long limit)
    {
        GatewayError error = Read(400, body);
        Assert.Equal((GatewayError.ContextCode, limit), (error.Code, error.ContextLimit));
    }

    [Theory]
    [InlineData("""{"type":"error","request_id" : "req_up","error":{}}""", """{"type":"error","request_id" : "req_1","error":{}}""")]
    [InlineData("""{"type":"error","error":{"request_id":"x"}} """, """{"type":"error","error":{"request_id":"x"},"request_id":"req_1"} """)]
    [InlineData("{ }", """{ "request_id":"req_1"}""")]
    [InlineData("""{"request_id":null}""", """{"request_id":"req_1"}""")]
    public void Error_gets_the_id_of_the_gateway(string error, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(ErrorBody.WithRequestId(Encoding.UTF8.GetBytes(error), "req_1")));

    private static GatewayError Read(int status, string body) =>
        UpstreamErrors.FromResponse(status, _ => null, Encoding.UTF8.GetBytes(body), clientCredential: false);
}
