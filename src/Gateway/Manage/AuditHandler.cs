using Gateway.Audit;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>GET /manage/audit</c>: who changed what, oldest first.</summary>
public sealed class AuditHandler(ManagePipeline pipeline, IAuditStore audit, TimeProvider time)
{
    private const int UsualDays = 30;

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (_, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "since", "actor", "action", "target");
        DateTimeOffset since = query.Day("since") is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : time.GetUtcNow().AddDays(-UsualDays);
        (string? actor, string? action, string? target) = (query.KeyId("actor"), query.Text("action"), query.KeyId("target"));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        IEnumerable<AuditEntry> entries = (await audit.ListAsync(since, aborted)).Where(entry =>
            (actor is null || entry.Actor == actor) && (action is null || entry.Action == action) && (target is null || entry.Target == target));
        return ManageAnswer.Of(new AuditList([.. entries]), ManageJson.Default.AuditList);
    }, cancellationToken);
}
