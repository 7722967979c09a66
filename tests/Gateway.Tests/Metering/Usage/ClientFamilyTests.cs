using Gateway.Requests;

namespace Gateway.Tests.Metering.Usage;

public sealed class ClientFamilyTests
{
    [Theory]
    [InlineData("claude-cli/2.0.14 (external, cli)", "claude-code")]
    [InlineData("claude-code/2.1.0", "claude-code")]
    [InlineData("codex_cli_rs/0.63.0 (Ubuntu 24.4.0; x86_64) xterm", "codex")]
    [InlineData("codex-tui/0.98.0", "codex")]
    [InlineData("Anthropic/Python 0.79.0", "anthropic-sdk-python")]
    [InlineData("AsyncAnthropic/Python 0.79.0", "anthropic-sdk-python")]
    [InlineData("Anthropic/JS 0.71.2", "anthropic-sdk-typescript")]
    [InlineData("AnthropicFoundry/JS 0.1", "anthropic-sdk-typescript")]
    [InlineData("AnthropicClient/C# 12.0", "anthropic-sdk-dotnet")]
    [InlineData("Anthropic/Rust 1", "anthropic-sdk-other")]
    [InlineData("OpenAI/Python 2.8.0", "openai-sdk-python")]
    [InlineData("AsyncAzureOpenAI/Python 2.8.0", "openai-sdk-python")]
    [InlineData("OpenAI/JS 6.9.0", "openai-sdk-typescript")]
    [InlineData("OpenAI/Go 3.0", "openai-sdk-go")]
    [InlineData("OpenAI/2.7.0 (.NET 10.0; Linux)", "openai-sdk-dotnet")]
    [InlineData("Cursor/1.7", "cursor")]
    [InlineData("Mozilla/5.0 (X11) AppleWebKit/537 Cursor/1.7 Electron/34", "cursor")]
    [InlineData("opencode/1.0 ai-sdk/provider-utils/3", "opencode")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("Mozilla/5.0 (X11; Linux)", "browser")]
    [InlineData("my-agent/1.0", "other")]
    [InlineData("", "none")]
    [InlineData(null, "none")]
    public void Program_is_known_by_its_user_agent(string? userAgent, string family) => Assert.Equal(family, ClientFamily.Of(userAgent));

    [Fact]
    public void Ids_sort_newest_first_and_say_when()
    {
        DateTimeOffset at = new(2026, 11, 29, 1, 2, 3, 4, TimeSpan.Zero);
        string[] ids = [.. Enumerable.Range(0, 100).Select(i => RequestIds.OfRequest(at.AddMilliseconds(-i * 7919L * i * i)))];
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Matches("^req_[0-9A-Za-z]{24}$", id));
        Assert.Equal(at, RequestIds.TimeOf(ids[0]));
        Assert.All(["", "req_", "req_1AbCdEfGhIjKlMnOpQrStUvW", "req_00-bCdEfGhIjKlMnOpQrStUvW"], id => Assert.Null(RequestIds.TimeOf(id)));
        Assert.True(string.CompareOrdinal(RequestIds.OfRequest(DateTimeOffset.UnixEpoch), RequestIds.Timeless) < 0);
    }
}
