namespace Gateway.Tests.Documents;

/// <summary>A call of a tool that a shell made.</summary>
internal sealed record ShellCall(string Tool, string[] Arguments, IReadOnlyDictionary<string, string> Environment, string Folder, string Input)
{
    public override string ToString() => $"{Tool} {string.Join(' ', Arguments.Select(argument => $"[{argument}]"))}";
}

/// <summary>What a tool answers.</summary>
internal sealed record ToolAnswer(string Output, string Error = "", int ExitCode = 0)
{
    public static ToolAnswer Silence { get; } = new("");
}
