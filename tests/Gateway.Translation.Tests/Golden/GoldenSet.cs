using System.Reflection;

namespace Gateway.Translation.Tests.Golden;

/// <summary>What is spoken on a wire: Anthropic's Messages or OpenAI's Chat Completions.</summary>
internal enum Form
{
    Messages,
    Chat,
}

/// <summary>What the cases of a folder show.</summary>
internal enum GoldenKind
{
    /// <summary>A client's request becomes the upstream's, or is refused.</summary>
    Request,

    /// <summary>An upstream's answer becomes the client's.</summary>
    Answer,

    /// <summary>An upstream refuses, and the client is told.</summary>
    Error,
}

/// <summary>One folder of cases: between which two, and which part of the exchange.</summary>
internal sealed record GoldenSet(string Folder, Form Client, Form Upstream, GoldenKind Kind)
{
    public static readonly string Root = typeof(GoldenSet).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "GoldenFolder").Value!;

    public static IReadOnlyList<GoldenSet> All { get; } =
    [
        new("MessagesToChat/Request", Form.Messages, Form.Chat, GoldenKind.Request) { AnyOrder = true },
        new("ChatToMessages/Request", Form.Chat, Form.Messages, GoldenKind.Request),
        new("MessagesToMessages/Request", Form.Messages, Form.Messages, GoldenKind.Request),
        new("ChatToChat/Request", Form.Chat, Form.Chat, GoldenKind.Request),
        new("MessagesFromChat/Answer", Form.Messages, Form.Chat, GoldenKind.Answer),
        new("ChatFromMessages/Answer", Form.Chat, Form.Messages, GoldenKind.Answer),
        new("MessagesFromMessages/Answer", Form.Messages, Form.Messages, GoldenKind.Answer),
        new("ChatFromChat/Answer", Form.Chat, Form.Chat, GoldenKind.Answer),
        new("Errors", Form.Messages, Form.Chat, GoldenKind.Error),
    ];

    /// <summary>The members of an object may come in any order: these files were written by hand, from the meaning.</summary>
    public bool AnyOrder { get; private init; }

    /// <summary>The same form on both sides.</summary>
    public bool IsRelay => Client == Upstream;

    public IReadOnlyList<GoldenCase> Cases => Path.Combine(Root, Folder) is { } path && Directory.Exists(path)
        ? [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal).Select(folder => new GoldenCase(this, folder))]
        : [];
}
