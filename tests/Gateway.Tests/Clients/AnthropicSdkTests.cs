using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Gateway.Tests.Support;

namespace Gateway.Tests.Clients;

/// <summary>The official C# SDK against the built-in echo provider: the strictest reader of streams there is.</summary>
public abstract class AnthropicSdkTests(TestGateway gateway)
{
    private static readonly Tool s_weather = new()
    {
        Name = "get_weather",
        Description = "Weather of a city",
        InputSchema = new()
        {
            Properties = new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("""{"type":"string"}""") },
            Required = ["city"],
        },
    };

    [Fact]
    public async Task Create_returns_text_usage_and_stop_reason()
    {
        Message message = await Client().Messages.Create(Ask("Hello there"));
        Assert.Equal("Hello there", TextOf(message));
        Assert.Equal("end_turn", message.StopReason?.Raw());
        Assert.True(message.Usage.InputTokens > 0);
        Assert.True(message.Usage.OutputTokens > 0);
        Assert.Equal("echo", message.Model);
    }

    [Fact]
    public async Task Stream_is_aggregated_into_the_same_message()
    {
        Message message = await Client().Messages.CreateStreaming(Ask("Hello streaming world")).Aggregate();
        Assert.Equal("Hello streaming world", TextOf(message));
        Assert.Equal("end_turn", message.StopReason?.Raw());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tool_loop_runs_to_its_end(bool streaming)
    {
        const string question = """/tool get_weather {"city":"Oslo"}""";
        Message first = streaming
            ? await Client().Messages.CreateStreaming(Ask(question, [s_weather])).Aggregate()
            : await Client().Messages.Create(Ask(question, [s_weather]));
        ToolUseBlock? call = null;
        foreach (ContentBlock block in first.Content)
        {
            call = block.TryPickToolUse(out ToolUseBlock? found) ? found : call;
        }

        Assert.Equal("tool_use", first.StopReason?.Raw());
        Assert.Equal("Oslo", call!.Input["city"].GetString());

        Message second = await Client().Messages.Create(Ask(
            question,
            [s_weather],
            new AssistantMessageParam(new List<ContentBlockParam> { new ToolUseBlockParam { ID = call.ID, Name = call.Name, Input = call.Input } }),
            new UserMessageParam(new List<ContentBlockParam> { new ToolResultBlockParam { ToolUseID = call.ID, Content = "cold" } })));
        Assert.Equal("The tool answered: cold", TextOf(second));
    }

    [Fact]
    public async Task Models_are_listed()
    {
        var page = await Client().Models.List();
        Assert.Contains(page.Items, model => model.ID == "echo");
    }

    [Fact]
    public async Task Tokens_are_counted()
    {
        MessageTokensCount count = await Client().Messages.CountTokens(new() { Model = "echo", Messages = [new UserMessageParam("Hello there")] });
        Assert.True(count.InputTokens > 0);
    }

    [Fact]
    public Task Bad_request_is_its_typed_error() =>
        Assert.ThrowsAsync<AnthropicBadRequestException>(() => Client().Messages.Create(new() { Model = "echo", MaxTokens = 10, Messages = [] }));

    [Fact]
    public Task Wrong_key_is_its_typed_error() =>
        Assert.ThrowsAsync<AnthropicUnauthorizedException>(() => Client("wrong").Messages.Create(Ask("Hello")));

    [Fact]
    public Task Unknown_model_is_its_typed_error() =>
        Assert.ThrowsAsync<AnthropicNotFoundException>(() => Client().Messages.Create(Ask("Hello") with { Model = "no-such-model" }));

    private static MessageCreateParams Ask(string text, IReadOnlyList<ToolUnion>? tools = null, params MessageParam[] more) =>
        new() { Model = "echo", MaxTokens = 256, Messages = [new UserMessageParam(text), .. more], Tools = tools };

    private static string TextOf(Message message)
    {
        StringBuilder text = new();
        foreach (ContentBlock block in message.Content)
        {
            text.Append(block.TryPickText(out TextBlock? found) ? found.Text : "");
        }

        return text.ToString();
    }

    private AnthropicClient Client(string? key = null) => new() { ApiKey = key ?? gateway.ApiKey, BaseUrl = gateway.Url, MaxRetries = 0 };
}
