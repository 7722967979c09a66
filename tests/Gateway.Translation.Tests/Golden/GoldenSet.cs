using System.Reflection;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Golden;

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
internal sealed record GoldenSet(string Folder, ApiForm Client, ApiForm Upstream, GoldenKind Kind)
{
    public static readonly string Root = typeof(GoldenSet).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "GoldenFolder").Value!;

    public static IReadOnlyList<GoldenSet> All { get; } =
    [
        new("MessagesToChat/Request", ApiForm.Messages, ApiForm.Chat, GoldenKind.Request) { AnyOrder = true },
        new("ChatToMessages/Request", ApiForm.Chat, ApiForm.Messages, GoldenKind.Request),
        new("MessagesToMessages/Request", ApiForm.Messages, ApiForm.Messages, GoldenKind.Request),
        new("ChatToChat/Request", ApiForm.Chat, ApiForm.Chat, GoldenKind.Request),
        new("MessagesFromChat/Answer", ApiForm.Messages, ApiForm.Chat, GoldenKind.Answer),
        new("ChatFromMessages/Answer", ApiForm.Chat, ApiForm.Messages, GoldenKind.Answer),
        new("MessagesFromMessages/Answer", ApiForm.Messages, ApiForm.Messages, GoldenKind.Answer),
        new("ChatFromChat/Answer", ApiForm.Chat, ApiForm.Chat, GoldenKind.Answer),
        new("MessagesToResponses/Request", ApiForm.Messages, ApiForm.Responses, GoldenKind.Request) { AnyOrder = true },
        new("ChatToResponses/Request", ApiForm.Chat, ApiForm.Responses, GoldenKind.Request) { AnyOrder = true },
        new("MessagesFromResponses/Answer", ApiForm.Messages, ApiForm.Responses, GoldenKind.Answer),
        new("ChatFromResponses/Answer", ApiForm.Chat, ApiForm.Responses, GoldenKind.Answer),
        new("ResponsesToResponses/Request", ApiForm.Responses, ApiForm.Responses, GoldenKind.Request),
        new("ResponsesFromResponses/Answer", ApiForm.Responses, ApiForm.Responses, GoldenKind.Answer),
        new("ResponsesToMessages/Request", ApiForm.Responses, ApiForm.Messages, GoldenKind.Request),
        new("ResponsesToChat/Request", ApiForm.Responses, ApiForm.Chat, GoldenKind.Request) { AnyOrder = true },
        new("ResponsesFromMessages/Answer", ApiForm.Responses, ApiForm.Messages, GoldenKind.Answer),
        new("ResponsesFromChat/Answer", ApiForm.Responses, ApiForm.Chat, GoldenKind.Answer),
        new("Errors", ApiForm.Messages, ApiForm.Chat, GoldenKind.Error),
    ];

    /// <summary>The members of an object may come in any order: these files were written by hand, from the meaning.</summary>
    public bool AnyOrder { get; private init; }

    /// <summary>The same form on both sides.</summary>
    public bool IsRelay => Client == Upstream;

    public IReadOnlyList<GoldenCase> Cases => Path.Combine(Root, Folder) is { } path && Directory.Exists(path)
        ? [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal).Select(folder => new GoldenCase(this, folder))]
        : [];
}
