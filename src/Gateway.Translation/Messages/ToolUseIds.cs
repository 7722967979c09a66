namespace Gateway.Translation.Messages;

/// <summary>Ids of the calls of one answer, as the client knows them.</summary>
internal sealed class ToolUseIds(string messageId)
{
    private readonly HashSet<string> _ids = [];

    /// <summary>The upstream's id where it is usable and new, else one that no other answer has.</summary>
    public string For(string upstreamId)
    {
        string id = upstreamId.Length == 0 ? "" : ToolCallIds.ToClient(upstreamId);
        if (id.Length > 0 && _ids.Add(id))
        {
            return id;
        }

        id = ToolCallIds.Create(messageId, _ids.Count);
        _ids.Add(id);
        return id;
    }
}
