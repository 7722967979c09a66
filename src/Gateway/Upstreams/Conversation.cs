using System.Collections.Immutable;
using Gateway.Routing;
using Gateway.Translation.Hub;

namespace Gateway.Upstreams;

/// <summary>
/// One request's view of the conversation that it belongs to: who answered before, what of that others cannot read, and
/// who answers now.
/// </summary>
internal sealed class Conversation
{
    /// <summary>Subagents of one session have histories of their own, and each may have moved.</summary>
    private const int MaxMarks = 8;

    private readonly Conversations _all;
    private readonly Lazy<ConversationKey> _key;
    private readonly bool _choice;
    private readonly Stay? _stay;
    private ForeignSignatures _foreign = ForeignSignatures.None;

    /// <param name="all">Remembers.</param>
    /// <param name="key">Whose request it is. Not asked for where nothing can depend on it.</param>
    /// <param name="targets">How many could answer.</param>
    public Conversation(Conversations all, Lazy<ConversationKey> key, int targets)
    {
        (_all, _key, _choice) = (all, key, targets > 1);
        _stay = _choice || all.Count > 0 ? all.Find(key.Value.Hash) : null;
    }

    /// <summary>
    /// What a target is drawn with, the same on all instances. Null for one more request that is like another's first: many
    /// people may ask the same thing, and all of them at one target would be no shares.
    /// </summary>
    public UInt128? Lot => _choice && !(_stay is not null && _key.Value.Begins) ? _key.Value.Hash : null;

    private Stay? Stayed => _stay is not null && !_key.Value.Begins ? _stay : null;

    /// <summary>The target that answered last comes first. Whether it is well enough for that is for <see cref="TargetHealth"/> to say.</summary>
    public IReadOnlyList<Target> Prefer(IReadOnlyList<Target> targets)
    {
        Target? last = Stayed?.Target;
        Target? same = last is null ? null
            : targets.FirstOrDefault(target => target.IsServedLike(last) && target.Provider.KeyNumber == last.Provider.KeyNumber)
            ?? targets.FirstOrDefault(target => target.IsServedLike(last));

        // Without a weight it only stands in for others.
        return same is null or { Weight: 0 } ? targets : [same, .. targets.Where(target => !ReferenceEquals(target, same))];
    }

    /// <summary>What of the request the target did not sign, as far as is known.</summary>
    public ForeignSignatures ForeignAt(Target target, Lessons lessons)
    {
        bool moved = Stayed is { } stay && !SignatureScope.IsShared(stay.Target, target);
        bool refused = lessons.Without.Contains(ForeignSignatures.Parameter);
        ImmutableList<byte[]> marks = Stayed?.Marks ?? [];
        return _foreign = moved || refused || marks.Count > 0 ? new ForeignSignatures(moved, refused, marks) : ForeignSignatures.None;
    }

    /// <summary>Remembers who answered, in full.</summary>
    public void Hear(Target target)
    {
        ImmutableList<byte[]> marks = Stayed?.Marks ?? [];
        if (_foreign.Last is { } last)
        {
            marks = [last, .. marks.Where(mark => !mark.AsSpan().SequenceEqual(last)).Take(MaxMarks - 1)];
        }

        // With one target there is nothing to remember but what it could not read.
        if (_choice || marks.Count > 0)
        {
            _all.Keep(_key.Value.Hash, new Stay(target, marks));
        }
    }
}

/// <summary>What a conversation is known by.</summary>
/// <param name="Hash">Of whose it is, its model, and its name or its head.</param>
/// <param name="Begins">It has no name, and no answer yet: whether it is the one with the same head nobody can tell.</param>
internal readonly record struct ConversationKey(UInt128 Hash, bool Begins);
