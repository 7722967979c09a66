using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>The goldens whose upstream streams, as material for properties.</summary>
internal static class GoldenStreams
{
    /// <summary>A line of 100 KB is cut elsewhere; cutting it at each byte would take minutes.</summary>
    private const int Most = 10_000;

    public static IReadOnlyList<GoldenCase> All { get; } = [.. GoldenCase.All.Where(golden => golden.UpstreamStream is { Length: > 0 and < Most })];

    /// <summary>Those of all ways.</summary>
    public static TheoryData<string> Names => [.. All.Select(golden => golden.Name)];

    /// <summary>Those of chat servers that become messages: the gateway makes each event, and answers for the grammar.</summary>
    public static TheoryData<string> MessagesFromChat => [.. All.Where(golden => golden.Set is { Client: ApiForm.Messages, Upstream: ApiForm.Chat }).Select(golden => golden.Name)];

    /// <summary>Those of clients of Responses: <see cref="Responses.ResponsesGrammar"/> is their judge.</summary>
    public static TheoryData<string> ToResponses => [.. All.Where(golden => golden.Set.Client == ApiForm.Responses).Select(golden => golden.Name)];

    public static TheoryData<string> Others => [.. All.Where(golden => golden.Set is not ({ Client: ApiForm.Messages, Upstream: ApiForm.Chat } or { Client: ApiForm.Responses })).Select(golden => golden.Name)];

    public static (GoldenCase Golden, AnswerContext Context, byte[] Stream) Load(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        return (golden, TranslationRun.Request(golden.ClientRequest, GoldenTarget.Of(golden)).Context!, golden.UpstreamStream!);
    }
}
