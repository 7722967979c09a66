using Gateway.Translation.Hub;

namespace Gateway.Tests.Faults;

/// <summary>One row of the matrix: what goes wrong.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Script">How the upstream behaves.</param>
internal sealed record UpstreamFault(string Name, Func<UpstreamPlay, Task> Script)
{
    /// <summary>Another address than the server's.</summary>
    public Func<FaultServer, string>? Address { get; init; }

    /// <summary>The script begins with the connection.</summary>
    public bool OnConnect { get; init; }

    /// <summary>The answer is not the usual one, so its text proves nothing.</summary>
    public bool OtherText { get; init; }

    /// <summary>What the client does instead of asking and reading.</summary>
    public Func<FaultRun, FaultCell, Task<ClientView>>? Client { get; init; }

    /// <summary>Each cell ends its gateway.</summary>
    public bool Stops { get; init; }

    /// <summary>Requests come with a token of their host, as under Functions.</summary>
    public bool ByHost { get; init; }

    /// <summary>More settings of the gateway.</summary>
    public IReadOnlyList<(string Key, string? Value)> Settings { get; init; } = [];
}

/// <summary>One cell of the matrix, before its columns are joined.</summary>
/// <param name="Number">Its own.</param>
/// <param name="Client">The API that is asked.</param>
/// <param name="Kind">The upstream's: a kind of provider, or "responses" for one of OpenAI's that is asked over Responses.</param>
/// <param name="Streamed">The client wants a stream.</param>
/// <param name="Two">There is a second target.</param>
internal sealed record FaultCell(int Number, ApiForm Client, string Kind, bool Streamed, bool Two)
{
    public static IReadOnlyList<FaultCell> All { get; } = [.. Cells()];

    public string Model => $"m{Number}";

    public string Path => Client switch
    {
        ApiForm.Chat => "/v1/chat/completions",
        ApiForm.Responses => "/v1/responses",
        _ => "/v1/messages",
    };

    public string Body => $$"""{"model":"{{Model}}","stream":{{(Streamed ? "true" : "false")}},{{Conversation}}}""";

    /// <summary>How API and upstream meet, for footnotes.</summary>
    public string Way => $"{Client} over {Kind}";

    private string Conversation => Client == ApiForm.Responses
        ? """ "max_output_tokens":50,"input":[{"role":"user","content":"Hello"}] """
        : """ "max_tokens":50,"messages":[{"role":"user","content":"Hello"}] """;

    private static IEnumerable<FaultCell> Cells()
    {
        int number = 0;
        foreach (bool two in (bool[])[false, true])
        {
            foreach (bool streamed in (bool[])[false, true])
            {
                foreach (string kind in (string[])["openai", "anthropic", "responses"])
                {
                    foreach (ApiForm client in Enum.GetValues<ApiForm>())
                    {
                        yield return new FaultCell(number++, client, kind, streamed, two);
                    }
                }
            }
        }
    }
}
