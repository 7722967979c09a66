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
internal sealed record FaultCell(int Number, bool Chat, string Kind, bool Streamed, bool Two)
{
    public static IReadOnlyList<FaultCell> All { get; } = [.. Enumerable.Range(0, 16).Select(n => new FaultCell(n, (n & 1) > 0, (n & 2) > 0 ? "anthropic" : "openai", (n & 4) > 0, (n & 8) > 0))];

    public string Model => $"m{Number}";

    public string Path => Chat ? "/v1/chat/completions" : "/v1/messages";

    public string Body => $$"""{"model":"{{Model}}","max_tokens":50,"stream":{{(Streamed ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""";

    /// <summary>How API and upstream meet, for footnotes.</summary>
    public string Way => $"{(Chat ? "Chat" : "Messages")} over {Kind}";
}
