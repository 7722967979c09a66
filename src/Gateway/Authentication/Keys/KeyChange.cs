namespace Gateway.Authentication.Keys;

/// <summary>What came of an administrative act on a key.</summary>
public abstract record KeyChange
{
    private KeyChange()
    {
    }

    public sealed record Done(VirtualKey Key) : KeyChange;

    /// <summary>The only time that the text of a key exists outside its holder's hands.</summary>
    public sealed record Issued(VirtualKey Key, string Text) : KeyChange
    {
        public override string ToString() => $"{nameof(Issued)} {Key.Id}";
    }

    public sealed record NotFound(string Id) : KeyChange;

    /// <summary>The request is sound; the key is not in a state for it.</summary>
    public sealed record Conflict(string Reason) : KeyChange;

    public sealed record Refused(IReadOnlyList<string> Reasons) : KeyChange;
}
