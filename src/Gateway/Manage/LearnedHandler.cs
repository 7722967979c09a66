using Gateway.Audit;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>
/// <c>/manage/learned</c>: what this instance leaves out of requests or lowers in them, because an upstream refused it.
/// Each instance learns for itself and forgets within the hour.
/// </summary>
public sealed class LearnedHandler
{
    private const string Everything = "*";

    private readonly ManagePipeline _pipeline;
    private readonly UpstreamMemory _memory;
    private readonly AuditTrail _audit;

    internal LearnedHandler(ManagePipeline pipeline, UpstreamMemory memory, AuditTrail audit) => (_pipeline, _memory, _audit) = (pipeline, memory, audit);

    public Task ListAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.ShowAllAsync(http, (_, _) =>
        Task.FromResult(new QueryReader(http.Request.Query).Refusal
            ?? ManageAnswer.Of(new LearnedList(_memory.List()), ManageJson.Default.LearnedList)), cancellationToken);

    public Task ClearAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.RunAsync(http, async (caller, _) =>
    {
        string? target = ManagePath.RestAfter("learned", http.Request) is { Length: > 0 } rest ? rest : null;
        if (target is not null && !_memory.List().Any(learned => learned.Target == target))
        {
            return ManageAnswer.NotFound("Nothing is remembered of that target here. GET /manage/learned lists what is.");
        }

        int cleared = 0;
        await _audit.RecordAsync(KeysHandler.Actor(caller), "learned.clear", target ?? Everything, new Dictionary<string, string>(), () =>
        {
            cleared = _memory.Clear(target);
            return Task.FromResult(true);
        }, CancellationToken.None);
        return ManageAnswer.Of(new LearnedCleared(cleared), ManageJson.Default.LearnedCleared);
    }, cancellationToken);
}
