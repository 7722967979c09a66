namespace Gateway.Routing;

/// <summary>
/// The router in force. Models and providers may change while the gateway runs: whoever serves a request asks once, and
/// ends with what it began with.
/// </summary>
public sealed class LiveRouter(Router first)
{
    private volatile Generation _generation = new(1, null, first, null, []);

    public Router Now => _generation.Router;

    public Generation Generation => _generation;

    /// <param name="router">Serves from now on.</param>
    /// <param name="at">When.</param>
    /// <param name="waiting">Settings that were changed and are not in force before the next start.</param>
    public void Take(Router router, DateTimeOffset at, IReadOnlyList<string> waiting) =>
        _generation = new Generation(_generation.Number + 1, at, router, null, waiting);

    /// <summary>What was written cannot be served, so all stays as it is.</summary>
    public void Refuse(RefusedChange change) => _generation = _generation with { Refused = change };

    /// <summary>What was refused is not written any longer.</summary>
    public void Reconcile() => _generation = _generation with { Refused = null };
}

/// <summary>What is in force, and what is not.</summary>
/// <param name="Number">From 1, that of the start.</param>
/// <param name="At">Since when; null: since the start.</param>
/// <param name="Router">Serves it.</param>
/// <param name="Refused">What stands in the file instead and cannot be served.</param>
/// <param name="Waiting">Settings that were changed and are not in force before the next start.</param>
public sealed record Generation(int Number, DateTimeOffset? At, Router Router, RefusedChange? Refused, IReadOnlyList<string> Waiting);

/// <summary>A change that was not taken.</summary>
public sealed record RefusedChange(DateTimeOffset At, IReadOnlyList<string> Problems);
