using System.ClientModel;
using System.Text;
using Gateway.Tests.Support;
using OpenAI;
using OpenAI.Chat;

namespace Gateway.Tests.Clients;

/// <summary>The official OpenAI SDK for .NET against the same models.</summary>
public abstract class OpenAiSdkTests(TestGateway gateway)
{
    private static readonly ChatTool s_weather = ChatTool.CreateFunctionTool(
        "get_weather",
        "Weather of a city",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    [Fact]
    public async Task Completion_returns_text_and_usage()
    {
        ChatCompletion completion = await Client().CompleteChatAsync(new UserChatMessage("Hello there"));
        Assert.Equal("Hello there", completion.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.True(completion.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task Stream_carries_text_and_usage()
    {
        StringBuilder text = new();
        ChatTokenUsage? usage = null;
        await foreach (StreamingChatCompletionUpdate update in Client().CompleteChatStreamingAsync(new UserChatMessage("Hello streaming world")))
        {
            foreach (ChatMessageContentPart part in update.ContentUpdate)
            {
                text.Append(part.Text);
            }

            usage = update.Usage ?? usage;
        }

        Assert.Equal("Hello streaming world", text.ToString());
        Assert.True(usage?.InputTokenCount > 0);
    }

    [Fact]
    public async Task Tool_loop_runs_to_its_end()
    {
        ChatCompletionOptions options = new() { Tools = { s_weather } };
        List<ChatMessage> messages = [new UserChatMessage("""/tool get_weather {"city":"Bern"}""")];
        ChatCompletion first = await Client().CompleteChatAsync(messages, options);
        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        messages.Add(new AssistantChatMessage(first));
        messages.Add(new ToolChatMessage(first.ToolCalls[0].Id ?? "call", "snow"));
        ChatCompletion second = await Client().CompleteChatAsync(messages, options);
        Assert.Equal("The tool answered: snow", second.Content[0].Text);
    }

    [Fact]
    public async Task Wrong_key_is_a_401()
    {
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(() => Client("wrong").CompleteChatAsync(new UserChatMessage("Hello")));
        Assert.Equal(401, error.Status);
    }

    private ChatClient Client(string? key = null) =>
        new("echo", new ApiKeyCredential(key ?? gateway.ApiKey), new OpenAIClientOptions { Endpoint = new Uri(gateway.Url + "/v1") });
}
