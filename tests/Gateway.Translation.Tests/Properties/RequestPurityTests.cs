using System.Text;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>The same request gives the same bytes, always: the upstream's prefix cache lives on that.</summary>
public class RequestPurityTests
{
    [Fact]
    public void The_same_request_gives_the_same_bytes_also_when_many_run_at_once()
    {
        GoldenCase[] cases = [.. GoldenCase.All];
        string[] expected = [.. cases.Select(Translate)];
        Parallel.For(0, cases.Length * 20, i => Assert.Equal(expected[i % cases.Length], Translate(cases[i % cases.Length])));
    }

    [Fact]
    public void A_longer_conversation_begins_with_the_bytes_of_the_shorter_one()
    {
        const string Head = """{"model":"m","max_tokens":10,"tools":[{"name":"f","input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}],"system":"S","messages":[{"role":"user","content":"a"}""";
        const string Turn = """,{"role":"assistant","content":[{"type":"text","text":"x"},{"type":"tool_use","id":"t1","name":"f","input":{"a":"1"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"r"}]}""";
        string shorter = Upstream(Head + "]}");
        string longer = Upstream(Head + Turn + "]}");
        int end = shorter.IndexOf("}],\"max_completion_tokens\"", StringComparison.Ordinal);
        Assert.StartsWith(shorter[..end], longer, StringComparison.Ordinal);
    }

    private static string Translate(GoldenCase golden)
    {
        GoldenExchange exchange = GoldenExchange.Of(golden);
        return $"{exchange.Refusal} {Encoding.UTF8.GetString(exchange.Upstream)} {exchange.Report}";
    }

    private static string Upstream(string body) =>
        Encoding.UTF8.GetString(TranslationRun.Request(Encoding.UTF8.GetBytes(body), GoldenTarget.With(Profile.Default)).Bytes);
}
