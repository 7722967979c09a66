using System.Text.Json.Nodes;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Hub;

/// <summary>
/// Every Chat request of the goldens says the same when it has been through the hub: texts, images, files, calls, results,
/// tools and all fields. Not compared, because Messages has no place for them: the names of speakers, whether a text was
/// a refusal, the detail of an image, audio and annotations of earlier answers, and parts of unknown kinds.
/// </summary>
public sealed class HubKeepsChatTests
{
    /// <summary>What cannot be kept, and why. An entry that is no longer lost fails.</summary>
    private static readonly Dictionary<string, string[]> s_lost = new()
    {
        // Arguments are an object in Messages. What is none is kept inside of one.
        ["ChatToMessages/Request/arguments-always-become-an-object-and-broken-ones-are-kept-in-it"] = [.. Enumerable.Repeat("call get_weather no object", 4)],

        // A result needs a call. One of no known call is told as text.
        ["ChatToMessages/Request/a-result-without-a-call-becomes-text"] = ["result of call -1"],
        ["ChatToMessages/Request/results-lead-their-turn-even-behind-one-that-nobody-asked-for"] = ["result of call -1"],

        ["ChatToMessages/Request/a-result-block-without-a-call-becomes-text"] = ["result of call -1"],

        // It is paired with the call that waits.
        ["ChatToMessages/Request/a-result-without-an-id-answers-the-one-call-that-waits"] = [.. Enumerable.Repeat("result of call -1", 3)],

        // Anthropic's own tools: chat servers have no web_fetch, and are told of bash as a function.
        ["ChatToMessages/Request/tools-that-a-type-of-anthropic-stands-for-go-on"] = ["tool {\"type\":\"bash_20250124\",\"name\":\"bash\"}", "tool {\"type\":\"web_fetch_20250910\",\"name\":\"web_fetch\",\"max_uses\":2,\"model\":\"x\"}"],

        // Chat has no field for them: they stand in the description.
        ["ChatToMessages/Request/tools-and-a-choice-in-the-form-of-messages-are-understood"] = ["tool {description:\"Weather of a city\",name:\"get_weather\",parameters:{properties:{city:{type:\"string\"}},required:[\"city\"],type:\"object\"}}"],

        // More marks than a request may have.
        ["ChatToMessages/Request/a-cache-mark-at-the-top-counts-as-one-of-four"] = ["cache_control {\"type\":\"ephemeral\"}"],

        // OpenAI refuses these where there are no tools.
        ["ChatToMessages/Request/without-tools-there-is-no-tool-choice"] = ["tool_choice \"auto\"", "parallel_tool_calls false"],

        // Nobody knows what such fields mean in another form; they are reported.
        ["ChatToMessages/Request/fields-without-a-meaning-for-claude-are-dropped-and-reported"] = ["X-Odd; name 1"],
        ["ChatToResponses/Request/what-responses-has-no-word-for-is-dropped"] = ["something 1"],
        ["ChatToChat/Request/nothing-but-the-model-changes"] = ["new_field {\"model\":\"inner\",\"n\":1.50}"],
        ["ChatToChat/Request/of-two-spellings-of-the-model-the-exact-one-counts"] = ["MODEL \"x\""],
        ["ChatToChat/Request/what-would-choose-a-model-beside-the-model-is-dropped"] = ["models [\"x\"]", "provider {\"order\":[\"x\"]}", "plugins [{\"id\":\"web\"}]", "extra_body {\"model\":\"x\"}"],

        // How Chat servers are told to think besides reasoning_effort.
        ["ChatToChat/Request/a-forced-call-stays-where-thinking-is-switched-off"] = ["thinking {\"type\":\"disabled\"}"],
        ["ChatToChat/Request/thinking-that-was-asked-for-stays-and-the-choice-is-auto"] = ["enable_thinking true"],

        // A description without a word in it.
        ["ChatToMessages/Request/tools-keep-their-whole-schema-and-strictness"] = ["tool {description:\"\",name:\"v\",parameters:{properties:{b:{}},type:\"object\"}}"],
    };

    /// <summary>Goldens of relays hold it, to show that a field without a meaning stays.</summary>
    private const string WithoutMeaning = "x_mine ";

    public static TheoryData<string> Goldens => [.. GoldenCase.All.Where(golden => golden.Set is { Client: ApiForm.Chat, Kind: GoldenKind.Request }).Select(golden => golden.Name)];

    [Fact]
    public void What_is_lost_is_lost_of_goldens_that_exist() => Assert.Empty(s_lost.Keys.Except(GoldenCase.All.Select(golden => golden.Name)));

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Request_says_the_same_through_the_hub(string name)
    {
        byte[] client = GoldenCase.Of(name).ClientRequest;
        JsonObject? again = ThroughTheHub.Say(client, out GatewayError? error);
        if (again is null)
        {
            // What a relay leaves to the upstream to refuse, a translation refuses itself.
            Assert.True(GoldenCase.Of(name).Error is not null || name == "ChatToChat/Request/a-choice-of-a-tool-that-nobody-declared-stays", error?.Message);
            return;
        }

        ChatInventory before = new(JsonNode.Parse(client)!.AsObject());
        ChatInventory after = new(again);
        string all = string.Join('\n', after.Texts);
        string[] lost =
        [
            .. before.Facts.Where(fact => !after.Facts.Contains(fact) && !fact.StartsWith(WithoutMeaning, StringComparison.Ordinal)),
            .. before.Texts.Where(text => !all.Contains(text, StringComparison.Ordinal)).Select(text => "text " + text),
        ];
        Assert.Equal(s_lost.GetValueOrDefault(name, []), lost);
    }
}
