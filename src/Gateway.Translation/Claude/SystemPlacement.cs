namespace Gateway.Translation.Claude;

/// <summary>Where a system message goes that is not at the beginning.</summary>
internal enum SystemPlacement
{
    /// <summary>Into the next user turn, as tagged text.</summary>
    Tagged,

    /// <summary>Exactly where it stands, as a turn of its own.</summary>
    InPlace,

    /// <summary>
    /// As a turn of its own behind the next user turn: Claude takes system turns only there. What was said before the
    /// user's words is then said after them, which is better than a refusal.
    /// </summary>
    AfterUser,
}
