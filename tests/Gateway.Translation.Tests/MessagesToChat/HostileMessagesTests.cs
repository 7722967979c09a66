using System.Diagnostics;
using System.Text;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.MessagesToChat;

/// <summary>Bodies that are legal but made to be slow or large: each must be done in a moment.</summary>
public sealed class HostileMessagesTests
{
    private const int Many = 50_000;

    [Fact]
    public void Calls_and_results_of_one_id() => Translate(Turn(_ => "c"));

    [Fact]
    public void Calls_and_results_by_the_thousand() => Translate(Turn(i => $"c{i}"));

    [Fact]
    public void Words_behind_a_result_in_thousands_of_messages() =>
        Translate($$"""{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"n"}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c"}]},{{Repeat(_ => """{"role":"user","content":"w"}""")}}]}""");

    [Fact]
    public void Results_that_nobody_asked_for() =>
        Translate($$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{{Repeat(i => $$"""{"type":"tool_result","tool_use_id":"x{{i}}"}""")}}]}]}""");

    [Fact]
    public void References_that_multiply()
    {
        string definitions = string.Join(',', Enumerable.Range(0, 9).Select(i => $"\"d{i}\":{{\"type\":\"object\",\"properties\":{{{Properties(i + 1)}}}}}"));
        string schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/d0\"}},\"$defs\":{" + definitions + "}}";
        Translate($$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"t","input_schema":{{schema}} }]}""", ModelFamilies.ProfileOf("gemini-2.5-pro"));
    }

    private static string Properties(int next) =>
        string.Join(',', Enumerable.Range(0, 50).Select(n => $"\"p{n}\":{{\"$ref\":\"#/$defs/d{next}\"}}"));

    private static string Turn(Func<int, string> id) =>
        $$"""{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{{Repeat(i => $$"""{"type":"tool_use","id":"{{id(i)}}","name":"n"}""")}}]},{"role":"user","content":[{{Repeat(i => $$"""{"type":"tool_result","tool_use_id":"{{id(i)}}"}""")}}]}]}""";

    private static string Repeat(Func<int, string> item) => string.Join(',', Enumerable.Range(0, Many).Select(item));

    private static void Translate(string body, Profile? profile = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        TranslationRun run = TranslationRun.Request(Encoding.UTF8.GetBytes(body), GoldenTarget.With(profile ?? Profile.Default));
        Assert.Null(run.Error?.Message);

        // Quadratic work would take minutes; this only has to tell it from linear work on a busy machine.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
        Assert.InRange(run.Bytes.Length, 1, 20 * 1024 * 1024);
    }
}
