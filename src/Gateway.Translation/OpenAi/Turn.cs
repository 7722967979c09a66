namespace Gateway.Translation.OpenAi;

internal enum TurnRole
{
    User,
    Assistant,
    System,
}

/// <summary>One entry of the Messages body's <c>messages</c>.</summary>
internal sealed class Turn(TurnRole role)
{
    public TurnRole Role => role;

    public List<MessageBlock> Blocks { get; } = [];

    /// <summary>Results must lead their turn.</summary>
    public void AddResult(MessageBlock.ToolResult result)
    {
        int at = Blocks.FindIndex(block => block is not MessageBlock.ToolResult);
        Blocks.Insert(at < 0 ? Blocks.Count : at, result);
    }
}
