using System.ClientModel;
using System.Text;
using Anthropic;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace Gateway.Tests.Clients;

/// <summary>Microsoft.Extensions.AI, over both official SDKs for .NET and upstreams of every form: its loop of functions, streamed and whole.</summary>
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
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Script(sdk, form, "stream"), Options()))
        {
            text.Append(update.Text);
        }

        Assert.Equal(LastAnswer, text.ToString());
    }

    [Theory]
    [CombinedClients]
    public async Task Functions_are_called_until_the_last_whole_answer(string sdk, string form)
    {
        using IChatClient client = Client(sdk, form);
        ChatResponse response = await client.GetResponseAsync(Script(sdk, form, "whole"), Options());

        Assert.Equal(LastAnswer, response.Text);
        Assert.Equal(Turns, response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Count());
        Assert.True(response.Usage?.InputTokenCount > 0);
    }

    private static string Script(string sdk, string form, string way) =>
        $$"""Please: [["{{sdk}}-{{form}}-{{way}}",{"call":"look_up","input":{"what":"thing {n}"},"times":{{Turns}}},{"say":"Last: {result}"}]]""";

    private static ChatOptions Options() =>
        new() { MaxOutputTokens = 1000, Tools = [AIFunctionFactory.Create((string what) => what + " is there", "look_up", "Looks a thing up")] };

    private IChatClient Client(string sdk, string form)
    {
        string model = "over-" + form;
        IChatClient inner = sdk == "OpenAI"
            ? new ChatClient(model, new ApiKeyCredential(through.Gateway.ApiKey), new OpenAIClientOptions { Endpoint = new Uri(through.Gateway.Url + "/v1") }).AsIChatClient()
            : new AnthropicClient { ApiKey = through.Gateway.ApiKey, BaseUrl = through.Gateway.Url }.AsIChatClient(model);
        return inner.AsBuilder().UseFunctionInvocation(configure: loop => loop.MaximumIterationsPerRequest = 2 * Turns).Build();
    }

    /// <summary>Each SDK with each form of an upstream.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CombinedClientsAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from sdk in new[] { "OpenAI", "Anthropic" } from form in ThroughGateway.Forms select new object[] { sdk, form };
    }
}
