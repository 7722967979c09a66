using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Manage;

/// <summary>
/// <c>GET /manage/requests</c>: single requests, newest first, a page at a time. As CSV or JSON lines and without a
/// <c>limit</c>: all of them, written as they are read.
/// </summary>
public sealed class RequestsHandler(ManagePipeline pipeline, RequestReader reader, TimeProvider time)
{
    private const int UsualDays = 30;
    private const int UsualLimit = 100;
    private const int MostLimit = 1_000;

    /// <summary>Nothing is older than the gateway itself, and each day that is looked at is a call of the table.</summary>
    private static readonly DateOnly s_earliest = new(2020, 1, 1);

    private enum Format
    {
        Json,
        Csv,
        JsonLines,
    }

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.ShowAsync(http, async (sight, aborted) =>
    {
        QueryReader query = new(
            http.Request.Query, "from", "to", "key", "team", "person", "model", "requested_model", "provider", "status", "tag", "client", "session", "limit", "cursor", "format");
        Format format = query.Choice("format", Accepted(http.Request), ("json", Format.Json), ("csv", Format.Csv), ("jsonl", Format.JsonLines));
        int limit = query.Whole("limit", UsualLimit, 1, MostLimit);
        (string? team, ManageAnswer? foreign) = sight.TeamFor(query.Text("team"));
        RequestQuery asked = Read(query, team);
        RequestPlace? place = null;
        if (query.Text("cursor") is { } cursor && query.Refusal is null && (place = RequestCursor.Read(asked, cursor)) is null)
        {
            query.Wrong("cursor", "is no cursor of this list: take 'next_cursor' as it is, with the filters that it came with, or leave it out to begin anew");
        }

        if ((foreign ?? query.Refusal) is { } refusal)
        {
            return refusal;
        }

        if (format != Format.Json && query.Text("limit") is null && place is null)
        {
            return Streamed(format, reader.ListAsync(asked, aborted), null);
        }

        RequestPage page = await reader.PageAsync(asked, place, limit, aborted);
        string? next = page.Next is { } more ? RequestCursor.Write(asked, sight.OfAll ? more : ReaderPlace.Of(more, place)) : null;
        return format == Format.Json
            ? ManageAnswer.Of(new RequestList([.. page.Entries.Select(Receipt.Of)], next is not null, next), RequestListJson.Default.RequestList)
            : Streamed(format, page.Entries.ToAsyncEnumerable(), next);
    }, cancellationToken);

    private static ManageAnswer.Streamed Streamed(Format format, IAsyncEnumerable<UsageEntry> entries, string? next)
    {
        ManageAnswer.Streamed answer = format == Format.Csv
            ? new("text/csv; charset=utf-8; header=present", (text, aborted) => RequestText.WriteCsvAsync(text, entries, aborted))
            : new("application/jsonl; charset=utf-8", (text, aborted) => RequestText.WriteLinesAsync(text, entries, aborted));
        return next is null ? answer : answer with { Headers = [new("x-gateway-next-cursor", next)] };
    }

    /// <summary>What is wanted most, of equals the first: generated clients name all forms that there are.</summary>
    private static Format Accepted(HttpRequest request) => request.GetTypedHeaders().Accept
        .Where(type => type.Quality != 0)
        .OrderByDescending(type => type.Quality ?? 1)
        .Select(type => FormOf(type.MediaType))
        .FirstOrDefault(form => form is not null) ?? Format.Json;

    private static Format? FormOf(StringSegment type) => type.Value?.ToLowerInvariant() switch
    {
        "application/json" => Format.Json,
        "text/csv" => Format.Csv,
        "application/jsonl" or "application/x-ndjson" or "application/x-jsonlines" => Format.JsonLines,
        _ => null,
    };

    private RequestQuery Read(QueryReader query, string? team)
    {
        if (!UsageFilter.TryReadStatus(query.Text("status"), out int? min, out int? max))
        {
            query.Wrong("status", $"must be {UsageFilter.StatusForms}");
        }

        (DateTimeOffset At, bool IsDay)? since = query.Time("from");
        (DateTimeOffset At, bool IsDay)? until = query.Time("to");

        // A day that is named as the end belongs to it; a time does not.
        DateOnly last = until is { } end ? DayOf(end.IsDay ? end.At : end.At.AddTicks(end.At.Ticks > 0 ? -1 : 0)) : DayOf(time.GetUtcNow());
        DateOnly first = since is { } begin ? DayOf(begin.At) : last.AddDays(-Math.Min(UsualDays, last.DayNumber));
        if (first > last || (since?.At >= until?.At && !until!.Value.IsDay))
        {
            query.Wrong("from", "does not lie before 'to'");
        }

        DateOnly latest = DayOf(time.GetUtcNow()).AddDays(1);
        last = last > latest ? latest : last < s_earliest ? s_earliest : last;
        first = first < s_earliest ? s_earliest : first > last ? last : first;
        UsageFilter filter = new(query.KeyId("key"), min, max)
        {
            Team = team,
            Person = query.Text("person"),
            Model = query.Text("model"),
            RequestedModel = query.Text("requested_model"),
            Provider = query.Text("provider"),
            Client = query.Text("client"),
            Session = query.Text("session"),
            Tags = query.Tags("tag"),
            Since = since is { IsDay: false } from ? from.At : null,
            Until = until is { IsDay: false } to ? to.At : null,
        };
        return new RequestQuery(filter, first, last);
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
