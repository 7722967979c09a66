namespace Gateway.Completions;

/// <summary>Who may still take over from the target that is asked.</summary>
/// <param name="IsLeft">There is another one.</param>
/// <param name="TakesFiltered">It is to be asked what a filter refused.</param>
internal readonly record struct NextTarget(bool IsLeft, bool TakesFiltered);
