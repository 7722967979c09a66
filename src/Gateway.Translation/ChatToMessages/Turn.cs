namespace Gateway.Translation.ChatToMessages;

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

    /// <summary>Results must lead their turn, whatever came first.</summary>
    public List<MessageBlock> Results { get; } = [];

    public List<MessageBlock> Blocks { get; } = [];

    public IReadOnlyList<MessageBlock> Content => Results.Count == 0 ? Blocks : [.. Results, .. Blocks];
}
