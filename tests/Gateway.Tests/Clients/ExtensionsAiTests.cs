using System.ClientModel;
using System.Text;
using Anthropic;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

// The SDK calls its client of Responses experimental.
#pragma warning disable OPENAI001

namespace Gateway.Tests.Clients;

/// <summary>Microsoft.Extensions.AI, over both official SDKs for .NET, OpenAI's for either of its APIs, and upstreams of every form: its loop of functions, streamed and whole.</summary>
public sealed class ExtensionsAiTests(ThroughGateway through) : IClassFixture<ThroughGateway>
{
    private const int Turns = 25;

    /// <summary>The library says what a function returns as JSON.</summary>
    private const string LastAnswer = "Last: \"thing 25 is there\"";

    [Theory]
    [CombinedClients]
    public async Task Functions_are_called_in_a_stream_until_the_last_answer(string sdk, string form)
    {
        StringBuilder text = new();
        using IChatClient client = Client(sdk, form);
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Script(sdk, form, "stream"), Options(sdk)))
        {
            text.Append(update.Text);
        }

        Assert.Equal(LastAnswer, text.ToString());
    }

    /// <summary>What a model thinks is never taken for its answer; the client of Responses tells it as such.</summary>
    [Theory]
    [CombinedClients]
    public async Task Text_comes_in_a_stream_apart_from_thoughts(string sdk, string form)
    {
        const string Text = "Grüße 🙂, and enough words for two pieces.";
        List<ChatResponseUpdate> updates = [];
        using IChatClient client = Client(sdk, form);
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync($$"""Please: [["{{sdk}}-{{form}}-text",{"think":"A greeting, in pieces.","say":"{{Text}}"}]]""", Options(sdk)))
        {
            updates.Add(update);
        }

        ChatResponse response = updates.ToChatResponse();
        Assert.Equal((Text, Microsoft.Extensions.AI.ChatFinishReason.Stop), (response.Text, response.FinishReason));
        Assert.True(response.Usage?.OutputTokenCount > 0);
        if (sdk == "Responses")
        {
            IEnumerable<TextReasoningContent> thoughts = response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>();
            Assert.Equal("A greeting, in pieces.", string.Concat(thoughts.Select(thought => thought.Text)));
        }
    }

    [Theory]
    [CombinedClients]
    public async Task Functions_are_called_until_the_last_whole_answer(string sdk, string form)
    {
        using IChatClient client = Client(sdk, form);
        ChatResponse response = await client.GetResponseAsync(Script(sdk, form, "whole"), Options(sdk));

        Assert.Equal(LastAnswer, response.Text);
        Assert.Equal(Turns, response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Count());
        Assert.True(response.Usage?.InputTokenCount > 0);
    }

    private static string Script(string sdk, string form, string way) =>
        $$"""Please: [["{{sdk}}-{{form}}-{{way}}",{"call":"look_up","input":{"what":"thing {n}"},"times":{{Turns}}},{"say":"Last: {result}"}]]""";

    private static ChatOptions Options(string sdk) => new()
    {
        MaxOutputTokens = 1000,
        Tools = [AIFunctionFactory.Create((string what) => what + " is there", "look_up", "Looks a thing up")],

        // Without it the library takes the answer for stored, and sends its id instead of the conversation.
        RawRepresentationFactory = sdk == "Responses" ? _ => new CreateResponseOptions { StoredOutputEnabled = false, ReasoningOptions = new() { ReasoningSummaryVerbosity = ResponseReasoningSummaryVerbosity.Auto } } : null,
    };

    private IChatClient Client(string sdk, string form)
    {
        string model = "over-" + form;
        ApiKeyCredential key = new(through.Gateway.ApiKey);
        Uri v1 = new(through.Gateway.Url + "/v1");
        IChatClient inner = sdk switch
        {
            "OpenAI" => new ChatClient(model, key, new OpenAIClientOptions { Endpoint = v1 }).AsIChatClient(),
            "Responses" => new ResponsesClient(key, new ResponsesClientOptions { Endpoint = v1 }).AsIChatClient(model),
            _ => new AnthropicClient { ApiKey = through.Gateway.ApiKey, BaseUrl = through.Gateway.Url }.AsIChatClient(model),
        };
        return inner.AsBuilder().UseFunctionInvocation(configure: loop => loop.MaximumIterationsPerRequest = 2 * Turns).Build();
    }

    /// <summary>Each SDK with each form of an upstream.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CombinedClientsAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from sdk in new[] { "OpenAI", "Responses", "Anthropic" } from form in ThroughGateway.Forms select new object[] { sdk, form };
    }
}
