using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;
using Gateway.Translation.Tests.Properties;

namespace Gateway.Translation.Tests.Chat;

/// <summary>Reasoning between tags is told from the answer in whatever pieces it comes, and as in a whole answer.</summary>
public sealed class InlineThinkTests
{
    private const string Thought = "\na < b [x] ◁ é🙂 </th";

    public static TheoryData<string, string> Tags => new()
    {
        { "<think>", "</think>" }, { "<THINK>", "</Think>" }, { "<thinking>", "</thinking>" }, { "<thought>", "</thought>" },
        { "<reasoning>", "</reasoning>" }, { "<reason>", "</reason>" }, { "[THINK]", "[/THINK]" }, { "<mm:think>", "</mm:think>" },
        { "<seed:think>", "</seed:think>" }, { "◁think▷", "◁/think▷" }, { "<|begin_of_thought|>", "<|end_of_thought|>" },
        { "<|START_THINKING|>", "<|END_THINKING|>" },
    };

    [Theory]
    [MemberData(nameof(Tags))]
    public void Opened_thinking_ends_where_its_tag_closes(string open, string close) =>
        Expect($"thinking {Thought}|text Hello <x>", $" \n{open}{Thought}{close}\n\nHello <x>", InlineThink.Tagged, InlineThink.OpenedOrNot, InlineThink.Headless);

    [Theory]
    [MemberData(nameof(Tags))]
    public void Thinking_that_nothing_opened_ends_where_a_tag_closes(string open, string close)
    {
        Expect($"thinking {Thought}|text Hello {open}x{close}", $"{Thought}{close}\n\nHello {open}x{close}", InlineThink.OpenedOrNot, InlineThink.Headless);
        Expect($"text {Thought}{close}\n\nHello", $"{Thought}{close}\n\nHello", InlineThink.Never, InlineThink.Tagged);
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void Text_before_a_tag_that_opens_is_text(string open, string close) =>
        Expect($"text a {open}b{close} c", $"a {open}b{close} c", InlineThink.Never, InlineThink.OpenedOrNot, InlineThink.Tagged);

    [Theory]
    [InlineData("Hello <b>there</b> [1] ◁ ▷ <", "text Hello <b>there</b> [1] ◁ ▷ <")]
    [InlineData("<", "text <")]
    [InlineData("  x", "text   x")]
    public void Text_without_a_tag_is_text(string content, string blocks) =>
        Expect(blocks, content, InlineThink.Never, InlineThink.OpenedOrNot, InlineThink.Tagged);

    [Fact]
    public void Thinking_is_not_told_to_a_client_that_did_not_ask() =>
        Assert.Equal("text Hello", Blocks(Whole("a</think>Hello"), InlineThink.OpenedOrNot, wanted: false));

    /// <summary>By default only for models that always think, and whose templates are known to write the tag that opens.</summary>
    [Theory]
    [InlineData("Qwen/Qwen3-235B-A22B-Thinking-2507", InlineThink.OpenedOrNot)]
    [InlineData("qwq-32b", InlineThink.OpenedOrNot)]
    [InlineData("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", InlineThink.OpenedOrNot)]
    [InlineData("deepseek-r1:14b", InlineThink.OpenedOrNot)]
    [InlineData("MiniMaxAI/MiniMax-M2.5", InlineThink.OpenedOrNot)]
    [InlineData("minimax-text-01", InlineThink.Tagged)]
    [InlineData("magistral-small-2509", InlineThink.Tagged)]
    [InlineData("deepseek-reasoner", InlineThink.Never)]
    [InlineData("qwen3-32b", InlineThink.Never)]
    [InlineData("gpt-4o", InlineThink.Never)]
    public void A_family_says_where_its_reasoning_is(string model, InlineThink expected) => Assert.Equal(expected, ModelFamilies.ProfileOf(model).InlineThink);

    [Theory]
    [InlineData("false", InlineThink.Never)]
    [InlineData("true", InlineThink.OpenedOrNot)]
    [InlineData("Tagged", InlineThink.Tagged)]
    [InlineData("headless", InlineThink.Headless)]
    public void The_flag_has_four_values(string value, InlineThink expected) =>
        Assert.Equal(expected, ProfileFlags.TrySet(ModelFamilies.ProfileOf("minimax-m2"), "inlineThink", [value])!.InlineThink);

    private static void Expect(string blocks, string content, params InlineThink[] modes)
    {
        foreach (InlineThink mode in modes)
        {
            Assert.Equal(blocks, Blocks(Whole(content), mode));
            Assert.Equal(blocks, Blocks(Stream(content.EnumerateRunes().Select(rune => rune.ToString())), mode));
            for (int cut = 1; cut < content.Length; cut++)
            {
                Assert.Equal(blocks, Blocks(Stream([content[..cut], content[cut..]]), mode));
            }
        }
    }

    private static string Blocks((bool Stream, byte[] Bytes) upstream, InlineThink mode, bool wanted = true)
    {
        AnswerContext context = new() { Model = "m", Id = "msg_1", ThinkingWanted = wanted, Profile = Profile.Default with { InlineThink = mode } };
        TranslationRun run = upstream.Stream
            ? TranslationRun.Stream(context, streaming: true, upstream.Bytes, [], clean: true)
            : TranslationRun.Whole(context, streaming: false, upstream.Bytes);
        JsonNode message = upstream.Stream ? ToldMessage.Of(run.Bytes) : JsonNode.Parse(run.Bytes)!;
        return string.Join('|', message["content"]!.AsArray().Select(block => $"{block!["type"]} {block[block["type"]!.ToString()]}"));
    }

    private static (bool Stream, byte[] Bytes) Whole(string content) =>
        (false, Encoding.UTF8.GetBytes($$"""{"choices":[{"index":0,"message":{"role":"assistant","content":{{JsonSerializer.Serialize(content)}}},"finish_reason":"stop"}]}"""));

    private static (bool Stream, byte[] Bytes) Stream(IEnumerable<string> pieces) =>
        (true, Encoding.UTF8.GetBytes(string.Concat(pieces.Select(piece => $$"""data: {"choices":[{"index":0,"delta":{"content":{{Escape(piece)}}},"finish_reason":null}]}""" + "\n\n"))
            + """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n"));

    /// <summary>Also half a character, which may be cut off in the middle of an emoji.</summary>
    private static string Escape(string text) => '"' + string.Concat(text.Select(unit => $"\\u{(int)unit:x4}")) + '"';
}
