using Gateway.Translation.Hub;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>The goldens whose upstream streams, as material for properties.</summary>
internal static class GoldenStreams
{
    public static IEnumerable<GoldenCase> All { get; } =
        [.. GoldenCase.All(MessagesToChatGoldenTests.Direction).Where(c => c.UpstreamStream is { Length: > 0 })];

    /// <summary>A line of 100 KB is cut elsewhere; cutting it at each byte would take minutes.</summary>
    public static TheoryData<string> Names => [.. All.Where(c => c.UpstreamStream!.Length < 10_000).Select(c => c.Name)];

    public static (GoldenCase Golden, AnswerContext Context, byte[] Stream) Load(string name)
    {
        GoldenCase golden = GoldenCase.Of(MessagesToChatGoldenTests.Direction, name);
        AnswerContext context = TranslationRun.Request(golden.ClientRequest, golden.ReadTarget()).Context!;
        return (golden, context, golden.UpstreamStream!);
    }

    public static ChatAnswerTranslator NewTranslator(AnswerContext context) => new(context with { Streaming = true });
}
