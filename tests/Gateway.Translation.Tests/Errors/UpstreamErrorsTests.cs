using System.Text;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Errors;

public sealed class UpstreamErrorsTests
{
    [Theory]
    [InlineData("""{"error":{"code":"404","message":"Resource not found"}}""")]
    [InlineData("""{"error":{"message":"Invalid URL (POST /v1/responses)","type":"invalid_request_error"}}""")]
    public void Missing_page_may_be_the_missing_api_all_the_same(string body)
    {
        GatewayError error = UpstreamErrors.FromResponse(404, _ => null, Encoding.UTF8.GetBytes(body), clientCredential: false);

        Assert.Equal((GatewayError.NoApiCode, true), (error.Code, error.RejectionLasts));
        Assert.Contains(OtherApis.Responses, error.RejectedParameters);
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"bad","code":"content_filter"}}""", 400, ErrorType.InvalidRequest)]
    [InlineData(400, """{"error":{"message":"bad","code":"content_policy_violation"}}""", 400, ErrorType.InvalidRequest)]
    [InlineData(400, """{"error":{"message":"bad"}}""", 400, ErrorType.InvalidRequest)]
    [InlineData(400, """[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]""", 500, ErrorType.Api)]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided"}}""", 500, ErrorType.Api)]
    [InlineData(402, """{"error":{"message":"Insufficient Balance"}}""", 402, ErrorType.Billing)]
    [InlineData(403, """{"error":{"message":"Your region is not served"}}""", 403, ErrorType.Permission)]
    [InlineData(403, """{"error":{"message":"This API key may not use the model"}}""", 500, ErrorType.Api)]
    [InlineData(404, """{"error":{"message":"no","code":"model_not_found"}}""", 404, ErrorType.NotFound)]
    [InlineData(404, """{"error":{"message":"no","code":"DeploymentNotFound"}}""", 404, ErrorType.NotFound)]
    [InlineData(405, """{"detail":"Method Not Allowed"}""", 400, ErrorType.InvalidRequest)]
    [InlineData(408, "{}", 504, ErrorType.Timeout)]
    [InlineData(409, "{}", 500, ErrorType.Api)]
    [InlineData(413, """{"error":{"message":"Payload too large"}}""", 413, ErrorType.RequestTooLarge)]
    [InlineData(415, "{}", 400, ErrorType.InvalidRequest)]
    [InlineData(422, """{"detail":[{"loc":["body","messages",0],"msg":"field required"}]}""", 400, ErrorType.InvalidRequest)]
    [InlineData(424, "{}", 529, ErrorType.Overloaded)]
    [InlineData(429, """{"error":{"message":"Rate limit reached"}}""", 429, ErrorType.RateLimit)]
    [InlineData(429, """{"error":{"message":"no money","code":"insufficient_quota"}}""", 402, ErrorType.Billing)]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota, please check your plan and billing details."}}""", 402, ErrorType.Billing)]
    [InlineData(429, """[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED"}}]""", 429, ErrorType.RateLimit)]
    [InlineData(429, """{"error":{"message":"Too many tokens, please wait before trying again."}}""", 429, ErrorType.RateLimit)]
    [InlineData(498, "{}", 529, ErrorType.Overloaded)]
    [InlineData(500, "{}", 500, ErrorType.Api)]
    [InlineData(500, """{"error":{"message":"The engine is currently overloaded"}}""", 529, ErrorType.Overloaded)]
    [InlineData(502, "<html>Bad Gateway</html>", 500, ErrorType.Api)]
    [InlineData(503, "{}", 529, ErrorType.Overloaded)]
    [InlineData(504, "{}", 504, ErrorType.Timeout)]
    [InlineData(520, "{}", 529, ErrorType.Overloaded)]
    [InlineData(524, "{}", 504, ErrorType.Timeout)]
    [InlineData(527, "{}", 529, ErrorType.Overloaded)]
    [InlineData(529, """{"error":{"type":"overloaded_error","message":"Overloaded"}}""", 529, ErrorType.Overloaded)]
    public void Status_of_the_upstream_becomes_one_of_anthropics(int upstream, string body, int status, ErrorType type)
    {
        GatewayError error = Read(upstream, body);
        Assert.Equal((status, type), (error.Status, error.Type));
    }

    [Theory]
    [InlineData("""{"error":{"message":"model overloaded","code":503}}""", 529)]
    [InlineData("""{"error":{"message":"slow down","code":"429"}}""", 429)]
    [InlineData("""{"error":{"message":"no","type":"invalid_request_error"}}""", 400)]
    [InlineData("""{"error":{"message":"no","code":"invalid_api_key"}}""", 500)]
    [InlineData("""{"error":{"message":"Insufficient Balance"}}""", 402)]
    [InlineData("""{"error":{"message":"no","code":"model_not_found"}}""", 404)]
    [InlineData("""{"error":{"message":"no","type":"rate_limit_exceeded"}}""", 429)]
    [InlineData("""[{"error":{"message":"no","status":"UNAVAILABLE"}}]""", 529)]
    [InlineData("""[{"error":{"message":"no","status":"DEADLINE_EXCEEDED"}}]""", 504)]
    [InlineData("""{"error":"Rate limit exceeded"}""", 429)]
    [InlineData("""{"object":"error","message":"boom","type":"BadRequestError","code":400}""", 400)]
    [InlineData("""{"error":{"message":"boom","type":"server_error"}}""", 500)]
    public void Error_in_a_body_that_came_with_200_finds_its_status(string body, int status) =>
        Assert.Equal(status, UpstreamErrors.FromBody(Encoding.UTF8.GetBytes(body))!.Status);

    [Theory]
    [InlineData("""{"error":{"message":"a"}}""", "a")]
    [InlineData("""{"error":"b"}""", "b")]
    [InlineData("""{"message":"c"}""", "c")]
    [InlineData("""{"detail":"d"}""", "d")]
    [InlineData("""{"detail":[{"loc":["body","messages",0,"role"],"msg":"field required"},{"loc":["body"],"msg":"x"}]}""", "messages.0.role: field required; : x")]
    [InlineData("""[{"error":{"message":"e"}}]""", "e")]
    [InlineData("""{"errors":[{"message":"f"}]}""", "f")]
    [InlineData("""{"errors":["g"]}""", "g")]
    [InlineData("""{"error":{"message":""},"message":"h"}""", "h")]
    [InlineData("""{"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"i\"}}"}}}""", "i")]
    [InlineData("""{"error":{"message":"Provider returned error","metadata":{"raw":"j"}}}""", "j")]
    [InlineData("plain text", "plain text")]
    [InlineData("<html>secret proxy page</html>", "upstream returned HTTP 400")]
    [InlineData("", "upstream returned HTTP 400")]
    [InlineData("""{"foo":1}""", "upstream returned HTTP 400")]
    [InlineData("""{"error":{"message":"key sk-abcdef123 at https://internal.host/v1?x=1"}}""", "key [redacted] at [url]")]
    public void Text_is_found_in_any_shape_of_body(string body, string message) => Assert.Equal(message, Read(400, body).Message);

    [Fact]
    public void Gateways_credential_is_not_the_clients_401()
    {
        GatewayError error = Read(401, """{"error":{"message":"Incorrect API key provided: sk-abc123","code":"invalid_api_key"}}""");
        Assert.Equal((500, false), (error.Status, error.ShouldRetry));
        Assert.DoesNotContain("sk-abc", error.Message, StringComparison.Ordinal);

        GatewayError own = UpstreamErrors.FromResponse(401, static _ => null, """{"error":{"message":"Wrong key"}}"""u8, clientCredential: true);
        Assert.Equal((401, ErrorType.Authentication, "Wrong key"), (own.Status, own.Type, own.Message));
    }

    [Theory]
    [InlineData(402, "{}", null, false)]
    [InlineData(429, """{"error":{"code":"insufficient_quota"}}""", "true", false)]
    [InlineData(429, "{}", null, null)]
    [InlineData(429, "{}", "false", false)]
    [InlineData(400, "{}", "true", true)]
    public void Should_retry_is_passed_on_unless_it_could_not_help(int status, string body, string? header, bool? expected) =>
        Assert.Equal(expected, UpstreamErrors.FromResponse(status, name => name == "x-should-retry" ? header : null, Encoding.UTF8.GetBytes(body), clientCredential: false).ShouldRetry);

    [Theory]
    [InlineData("""{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","param":"temperature","code":"unsupported_parameter"}}""", "temperature")]
    [InlineData("""{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}""", "max_tokens")]
    [InlineData("""{"error":{"message":"reasoning_effort is not supported"}}""", "reasoning_effort")]
    [InlineData("""{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}""", "stream_options")]
    [InlineData("""{"error":{"message":"Unrecognized request argument supplied: parallel_tool_calls"}}""", "parallel_tool_calls")]
    [InlineData("""{"error":{"message":"Unsupported parameter: messages"}}""", null)]
    [InlineData("""{"error":{"message":"Invalid 'tools[13].function.description': string too long. Expected a string with maximum length 1024, but got a string with length 1103 instead.","param":"tools[13].function.description","code":"string_above_max_length"}}""", "tools.description")]
    [InlineData("""{"error":{"message":"'long' is too long - 'tools.0.function.description'","param":null}}""", "tools.description")]
    [InlineData("""{"error":{"message":"Invalid 'tools[0].function.name': string too long.","param":"tools[0].function.name","code":"string_above_max_length"}}""", null)]
    public void Parameter_that_can_be_left_out_is_named(string body, string? parameter) => Assert.Equal(parameter, Read(400, body).RejectedParameters is [{ } first, ..] ? first : null);

    private static GatewayError Read(int status, string body) =>
        UpstreamErrors.FromResponse(status, static _ => null, Encoding.UTF8.GetBytes(body), clientCredential: false);
}
