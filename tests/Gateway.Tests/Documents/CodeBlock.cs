namespace Gateway.Tests.Documents;

/// <summary>A fenced block.</summary>
/// <param name="Page">The document.</param>
/// <param name="Line">Where its fence is.</param>
/// <param name="Language">What stands behind the fence; nothing: a picture, or what a command prints.</param>
/// <param name="File">What stands behind the language: under this name the reader saves it.</param>
/// <param name="Text">Without the fences.</param>
/// <param name="FollowsDirectly">Nothing stands between it and the block before.</param>
internal sealed record CodeBlock(string Page, int Line, string Language, string? File, string Text, bool FollowsDirectly)
{
    public override string ToString() => $"{Page}:{Line}";
}
