namespace Gateway.Authentication.Keys;

/// <summary>What the storage says about an id.</summary>
internal abstract record KeyLookup
{
    private KeyLookup()
    {
    }

    public sealed record Found(VirtualKey Key) : KeyLookup;

    public sealed record Absent : KeyLookup
    {
        public static Absent Instance { get; } = new();
    }

    /// <summary>It says nothing: nobody can be let in on that.</summary>
    public sealed record Unavailable : KeyLookup
    {
        public static Unavailable Instance { get; } = new();
    }
}
