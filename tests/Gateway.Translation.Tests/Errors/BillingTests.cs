using System.Text.Json;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Errors;

public sealed class BillingTests
{
    public static TheoryData<string> Empty =>
    [
        "insufficient balance (1008)", "Insufficient Balance", "Your credit balance is too low to access the Anthropic API.", "Payment required",
        "Sorry, your account balance is insufficient", "You have run out of credits", "This request requires more credits, or fewer max_tokens.",
        "Your prepayment credits are depleted.", "Your team has either used all available credits or reached its monthly spending limit.",
        "The request failed because your account has an overdue balance.", "Account is in arrears", "not enough balance", "Insufficient credits. Add more.",
        "Your account is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices", "Billing is not active",
        "You exceeded your current quota, please check your plan and billing details.", "insufficient_user_quota", "quota exhausted",
        "The free tier of the model has been exhausted.", "余额不足或无可用资源包,请充值。", "Please recharge your account", "Credit limit exceeded",
        "Your newly created team doesn't have any credits or licenses yet.",
    ];

    public static TheoryData<string> Passing =>
    [
        "Rate limit reached for model: Limit 6000. Please try again in 2s. Need more tokens? Upgrade at /settings/billing", "Too many requests",
        "Quota exceeded for quota metric 'Requests' per minute", "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock more",
        "You exceeded your current quota, please check your plan and billing details. Please retry in 34.5s.", "The server is overloaded",
        "max_tokens is too large", "Unbalanced brackets", "Invalid value for 'credit_card'", "internal error", "The model is at its limit, retry",
    ];

    [Theory]
    [MemberData(nameof(Empty))]
    public void An_empty_account_is_billing_under_every_status(string message)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, type = "api_error" } });
        Assert.All((int[])[400, 401, 402, 403, 412, 429, 500, 503], status => Expect(message, UpstreamErrors.FromResponse(status, _ => null, body, clientCredential: false)));
        Expect(message, UpstreamErrors.FromBody(body)!);
        Expect(message, UpstreamErrors.FromBody(JsonSerializer.SerializeToUtf8Bytes(new { base_resp = new { status_code = 1000, status_msg = message } }))!);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public void What_passes_by_itself_is_not(string message)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, type = "api_error" } });
        Assert.All((int[])[400, 403, 429, 500, 503], status => Assert.NotEqual(ErrorType.Billing, UpstreamErrors.FromResponse(status, _ => null, body, clientCredential: false).Type));
    }

    [Theory]
    [InlineData("Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.", true)]
    [InlineData("max completion tokens reached before generating a valid document", true)]
    [InlineData("The model reached its maximum output tokens before producing any text", true)]
    [InlineData("Output token limit was hit before any content was generated", true)]
    [InlineData("max_tokens is too large: 64000. This model supports at most 16384 completion tokens", false)]
    [InlineData("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", false)]
    [InlineData("Tokens per minute limit reached", false)]
    [InlineData("Your monthly token limit has been reached", false)]
    [InlineData("Unsupported parameter: max_tokens", false)]
    public void An_output_limit_that_was_reached_is_an_answer(string message, bool answer) =>
        Assert.Equal(answer, OutputLimit.ToCompletion(JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, type = "invalid_request_error" } })) is not null);

    private static void Expect(string message, GatewayError error) => Assert.Equal((message, ErrorType.Billing, 402, false), (message, error.Type, error.Status, error.ShouldRetry));
}
