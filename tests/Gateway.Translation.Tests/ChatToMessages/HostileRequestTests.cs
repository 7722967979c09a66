using System.Buffers;
using System.Text;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.ChatToMessages;

/// <summary>Bodies that are legal but made to be slow: each must be done in a moment, and none may exhaust the stack.</summary>
public sealed class HostileRequestTests
{
    private const int Many = 50_000;

    [Fact]
    public void Calls_of_one_id()
    {
        string calls = Repeat(i => "{\"id\":\"c\",\"function\":{\"name\":\"n\"}}");
        string results = Repeat(i => "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"r\"}");
        Translate($"{{\"model\":\"m\",\"messages\":[{{\"role\":\"assistant\",\"tool_calls\":[{calls}]}},{results}]}}");
    }

    [Fact]
    public void Calls_and_results_by_the_thousand()
    {
        string calls = Repeat(i => $"{{\"id\":\"c{i}\",\"function\":{{\"name\":\"n\"}}}}");
        string results = Repeat(i => $"{{\"role\":\"tool\",\"tool_call_id\":\"c{i}\",\"content\":\"r\"}}");
        Translate($"{{\"model\":\"m\",\"messages\":[{{\"role\":\"assistant\",\"tool_calls\":[{calls}]}},{results}]}}");
    }

    [Fact]
    public void Tools_by_the_thousand() =>
        Translate($"{{\"model\":\"m\",\"messages\":[{{\"role\":\"user\",\"content\":\"a\"}}],\"tools\":[{Repeat(i => $"{{\"function\":{{\"name\":\"n{i}\"}}}}")}]}}");

    [Fact]
    public void Unknown_fields_by_the_thousand() =>
        Translate($"{{\"model\":\"m\",\"messages\":[{{\"role\":\"user\",\"content\":\"a\"}}],{Repeat(i => $"\"x{i}\":1")}}}");

    [Fact]
    public void Definitions_in_a_long_chain()
    {
        string definitions = Repeat(i => $"\"d{i}\":{{\"$ref\":\"#/$defs/d{i + 1}\"}}");
        string schema = $"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{definitions}}}}}";
        Translate("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":" + schema + "}}}");
    }

    private static string Repeat(Func<int, string> item) => string.Join(',', Enumerable.Range(0, Many).Select(item));

    private static void Translate(string body)
    {
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.True(ChatRequest.TryParse(Encoding.UTF8.GetBytes(body), out ChatRequest? request, out GatewayError? error), error?.Message);
        using (request)
        {
            Assert.Null(MessagesRequestWriter.Write(request, "claude-sonnet-4-5", Profile.Default, new TranslationReport(), new ArrayBufferWriter<byte>()));
        }

        // Quadratic work would take minutes; this only has to tell it from linear work on a busy machine.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }
}
