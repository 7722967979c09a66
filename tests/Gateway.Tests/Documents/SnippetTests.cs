using System.ClientModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Anthropic;
using Anthropic.Models.Messages;
using Gateway.Tests.Support;
using OpenAI;
using OpenAI.Chat;

namespace Gateway.Tests.Documents;

/// <summary>The clients of the README's table are made by the very words that stand there, and get an answer.</summary>
public sealed partial class SnippetTests
{
    private const string Model = "claude-haiku-4-5";

    [Fact]
    public async Task Anthropic_client_in_csharp_is_made_as_the_table_says()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync();
        AnthropicClient client = AsPrinted("Anthropic SDK, C#", gateway, (url, key) => new AnthropicClient { BaseUrl = url, ApiKey = key });
        Message message = await client.Messages.Create(new MessageCreateParams { Model = Model, MaxTokens = 9, Messages = [new UserMessageParam("Hello")] });
        Assert.Equal("end_turn", message.StopReason?.Raw());
    }

    [Fact]
    public async Task OpenAi_client_in_csharp_is_made_as_the_table_says()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync();
        ChatClient client = AsPrinted("OpenAI SDK, C#", gateway, (url, key) => new ChatClient(Model, new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(url) }));
        Assert.Equal("Hello", (await client.CompleteChatAsync("Hello")).Value.Content[0].Text);
    }

    [Fact]
    public async Task TypeScript_clients_are_made_as_the_table_and_the_greeting_say()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync([]);
        await Patience.UntilAsync(() => gateway.Output.Any(line => line.StartsWith("  OpenAI ", StringComparison.Ordinal)));
        string[] greeted = [.. gateway.Output.SelectMany(line => TypeScript().Matches(line)).Select(m => m.Value)];
        Assert.Equal(2, greeted.Length);
        string key = Key().Match(greeted[0]).Groups[1].Value;
        string[] printed = [.. ((string[])["Anthropic SDK, TypeScript", "OpenAI SDK, TypeScript"]).Select(tool => Row(tool).Replace("http://127.0.0.1:7071", gateway.Url, StringComparison.Ordinal).Replace("<key>", key, StringComparison.Ordinal))];
        using Process node = Process.Start(TestClients.Node("--input-type=module", "--eval", $$"""
            import Anthropic from '@anthropic-ai/sdk';
            import OpenAI from 'openai';
            const ask = { model: {{JsonSerializer.Serialize(Model)}}, max_tokens: 9, messages: [{ role: 'user', content: 'Hello' }] };
            for (const client of [{{string.Join(", ", [.. greeted, .. printed])}}]) {
              const answer = await (client.messages ?? client.chat.completions).create(ask);
              console.log(answer.content?.[0].text ?? answer.choices[0].message.content);
            }
            """))!;
        Task<string> errors = node.StandardError.ReadToEndAsync();
        string output = await node.StandardOutput.ReadToEndAsync();
        Assert.True(output == string.Concat(Enumerable.Repeat("Hello\n", 4)), output + await errors);
    }

    /// <summary>What the second column of the tool's row says.</summary>
    internal static string Row(string tool) => Page.Read("README.md").Text.Split('\n').Single(line => line.StartsWith($"| {tool} |", StringComparison.Ordinal)).Split('`')[1];

    private static T AsPrinted<T>(string tool, GatewayServer gateway, Func<string, string, T> make, [CallerArgumentExpression(nameof(make))] string words = "")
    {
        string row = Row(tool);
        string url = Address().Match(row).Groups[1].Value;
        Assert.Equal(row, words.Split("=> ", 2)[1].Replace("url", $"\"{url}\"", StringComparison.Ordinal).Replace("= key", "= \"<key>\"", StringComparison.Ordinal).Replace("(key)", "(\"<key>\")", StringComparison.Ordinal).Replace("(Model,", "(\"<model>\",", StringComparison.Ordinal));
        return make(url.Replace("http://127.0.0.1:7071", gateway.Url, StringComparison.Ordinal), gateway.ApiKey);
    }

    [GeneratedRegex("\"(http://[^\"]*)\"")]
    private static partial Regex Address();

    [GeneratedRegex(@"new (?:Anthropic|OpenAI)\([^)]*\)")]
    private static partial Regex TypeScript();

    [GeneratedRegex("apiKey: \"([^\"]*)\"")]
    private static partial Regex Key();
}
