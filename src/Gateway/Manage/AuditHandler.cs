using System.Globalization;
using Gateway.Audit;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>GET /manage/audit</c>: who changed what, oldest first if not said otherwise.</summary>
public sealed class AuditHandler(ManagePipeline pipeline, IAuditStore audit, TimeProvider time)
{
    private const int UsualDays = 30;

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, async (_, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "since", "actor", "action", "target", "order", ListCursor.Limit, ListCursor.After);
        DateTimeOffset since = query.Day("since") is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : time.GetUtcNow().AddDays(-UsualDays);
        (string? actor, string? action, string? target) = (query.KeyId("actor"), query.Text("action"), query.KeyId("target"));
        bool newest = query.Choice("order", false, ("oldest", false), ("newest", true));
        string?[] list = ["audit", query.Text("since"), actor, action, target, newest ? "newest" : null];
        ListPlace? place = ListCursor.Read(query, list);
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        IEnumerable<AuditEntry> entries = (await audit.ListAsync(since, aborted)).Where(entry =>
            (actor is null || entry.Actor == actor) && (action is null || entry.Action == action) && (target is null || entry.Target == target));
        (IReadOnlyList<AuditEntry> page, string? next) = ListCursor.Page(entries.OrderBy(PlaceOf, StringComparer.Ordinal), place, PlaceOf, list);
        return ManageAnswer.Of(new AuditList(page, next), ManageJson.Default.AuditList);

        // Places grow with time; the newest first, they grow towards the past.
        string PlaceOf(AuditEntry entry) =>
            newest ? string.Create(CultureInfo.InvariantCulture, $"{long.MaxValue - entry.At.UtcTicks:D19}{entry.Place}") : entry.Place;
    }, cancellationToken);
}
