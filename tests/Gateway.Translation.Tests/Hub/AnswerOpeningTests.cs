using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Hub;

/// <summary>The shape of an answer is read from its first bytes, which may come one by one, late, or not at all.</summary>
public sealed class AnswerOpeningTests
{
    private const int Opening = 64;

    public static TheoryData<string> Answers => [.. GoldenCase.All.Where(golden => golden.Set.Kind == GoldenKind.Answer && Upstream(golden) is not null).Select(golden => golden.Name)];

    public static TheoryData<ApiForm, ApiForm, string> Nothing
    {
        get
        {
            TheoryData<ApiForm, ApiForm, string> all = [];
            foreach (ApiForm upstream in Enum.GetValues<ApiForm>())
            {
                foreach (ApiForm client in Enum.GetValues<ApiForm>())
                {
                    foreach (string body in (string[])["", "\n\n", ": keep-alive\n\n", "data: [DONE]\n\n", "event: ping\ndata: {\"type\":\"ping\"}\n\n", "<html></html>", "busy"])
                    {
                        all.Add(upstream, client, body);
                    }
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Opening_that_is_cut_anywhere_opens_the_same_answer(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        GoldenExchange exchange = GoldenExchange.Of(golden);
        byte[] upstream = Upstream(golden)!;
        string whole = Run(exchange, upstream, golden, []);
        for (int cut = 1; cut < Math.Min(Opening, upstream.Length); cut++)
        {
            Assert.Equal(whole, Run(exchange, upstream, golden, [cut]));
        }

        Assert.Equal(whole, Run(exchange, upstream, golden, [.. Enumerable.Range(1, Math.Max(0, Math.Min(Opening, upstream.Length) - 1))]));
    }

    /// <summary>A client that was kept company while it waited has not been answered by that.</summary>
    [Theory]
    [MemberData(nameof(Nothing))]
    public void Nothing_is_an_error_also_in_a_stream_that_has_begun(ApiForm upstream, ApiForm client, string body)
    {
        AnswerContext context = new() { Model = "m", Id = "id", Streaming = true, Profile = Profile.Default with { MayOmitFinish = true } };
        using AnswerTranslator translator = Translation.Answers.Translate(upstream, client, context);
        translator.Start();
        translator.Ping();
        translator.Read(Encoding.UTF8.GetBytes(body));
        translator.End(clean: true);

        Assert.NotNull(translator.Error);
        Assert.True(translator.Completed);
        Assert.Contains("error", Encoding.UTF8.GetString(translator.Output.Span), StringComparison.Ordinal);
    }

    private static byte[]? Upstream(GoldenCase golden) => golden.UpstreamStream ?? golden.UpstreamResponse;

    private static string Run(GoldenExchange exchange, byte[] upstream, GoldenCase golden, int[] cuts)
    {
        using AnswerTranslator translator = exchange.NewTranslator();
        int at = 0;
        foreach (int cut in (int[])[.. cuts, upstream.Length])
        {
            translator.Read(upstream.AsSpan(at, cut - at));
            at = cut;
        }

        translator.End(clean: !golden.Reset);
        return $"{Encoding.UTF8.GetString(translator.Output.Span)} {translator.Error} {translator.Usage}";
    }
}
