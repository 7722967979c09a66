using System.Diagnostics;
using Gateway.Diagnostics;
using Gateway.Requests;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Telemetry;

/// <summary>The span and the metrics of one request; what they say is read from its record when it ends.</summary>
internal sealed class RequestTrace : IDisposable
{
    private readonly RequestRecord _record;
    private readonly TeamSeries _teams;
    private readonly TimeProvider _time;
    private readonly Activity? _outer;
    private readonly Activity? _span;
    private readonly string _method;
    private readonly string? _route;

    private RequestTrace(HttpContext http, RequestRecord record, TeamSeries teams, TimeProvider time)
    {
        _record = record;
        _teams = teams;
        _time = time;
        _method = MethodOf(http.Request.Method);
        _route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? "/" + pattern.TrimStart('/') : null;

        // The framework's own span is exported nowhere: as a parent it would be a hole in the trace.
        _outer = Activity.Current;
        Activity.Current = null;
        _span = GatewayTelemetry.Source.StartActivity(_route is null ? _method : $"{_method} {_route}", ActivityKind.Server, TraceContext.From(http.Request.Headers));
        if (_span is null)
        {
            Activity.Current = _outer;
        }

        GatewayTelemetry.ActiveRequests.Add(1);
    }

    /// <summary>Null when nobody listens, and for probes: they would be most of what is kept, and say nothing.</summary>
    public static RequestTrace? Begin(HttpContext http, RequestRecord record, TeamSeries teams, TimeProvider time) =>
        !record.IsProbe && (GatewayTelemetry.Source.HasListeners() || GatewayTelemetry.Requests.Enabled) ? new RequestTrace(http, record, teams, time) : null;

    public void Dispose()
    {
        TagList tags = new()
        {
            { GenAiNames.HttpMethod, _method },
            { GenAiNames.HttpStatus, _record.Status },
        };
        AddUnlessNull(ref tags, GenAiNames.HttpRoute, _route);
        AddUnlessNull(ref tags, GenAiNames.ErrorType, _record.ClientLeft ? GenAiNames.Canceled : ErrorName(_record.Error ?? _record.StreamError));
        EndSpan(tags);
        AddUnlessNull(ref tags, GenAiNames.Team, _record.Caller is { } caller ? _teams.Of(caller.Team) : null);
        GatewayTelemetry.Requests.Add(1, tags);
        GatewayTelemetry.ActiveRequests.Add(-1);
        MeasureCompletion();
        MeasureSpend();
    }

    /// <summary>The error's kind as clients see it.</summary>
    public static string? ErrorName(GatewayError? error) => error is null ? null : ErrorBody.AnthropicType(error.Type);

    /// <summary>A name for each invented method would be a way to flood the operator's store.</summary>
    private static string MethodOf(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsPatch(method) ? method : "_OTHER";

    private void MeasureCompletion()
    {
        // A name that was routed nowhere is whatever the client made up.
        if (_record.Attempts.Count == 0)
        {
            return;
        }

        AttemptRecord last = _record.Attempts[^1];
        TagList tags = AttemptTrace.TagsOf(last.Target);
        tags.Add(new(GenAiNames.Stream, _record.Stream));
        AddUnlessNull(ref tags, GenAiNames.ErrorType, ErrorName(_record.Error ?? _record.StreamError));
        TimeSpan whole = _time.GetElapsedTime(_record.StartedAt);
        GatewayTelemetry.RequestDuration.Record(whole.TotalSeconds, tags);
        if (_record is { Stream: true, Error: null, StreamError: null, ClientLeft: false, FirstTokenAt: { } first })
        {
            TimeSpan waited = _time.GetElapsedTime(_record.StartedAt, first);
            GatewayTelemetry.TimeToFirstToken.Record(waited.TotalSeconds, tags);
            if (_record.Usage is { Output: > 1, Estimated: false } usage)
            {
                GatewayTelemetry.TimePerOutputToken.Record((whole - waited).TotalSeconds / (usage.Output - 1), tags);
            }
        }
    }

    /// <summary>What a team pays for: its tokens, each counted once, and their cost.</summary>
    private void MeasureSpend()
    {
        if (_record is not { Settled: { } settled, Target: { } target, Caller: { } caller })
        {
            return;
        }

        TagList tags = new()
        {
            { GenAiNames.Team, _teams.Of(caller.Team) },
            { GenAiNames.ProviderName, ProviderNames.Of(target.Provider) },
            { GenAiNames.RequestModel, target.Series },
        };
        TokenUsage usage = settled.Usage;
        MeasureTokens("input", usage.Input, tags);
        MeasureTokens("cache_read", usage.CacheRead, tags);
        MeasureTokens("cache_write", usage.CacheWrite, tags);
        MeasureTokens("output", usage.Output, tags);
        if (settled.Cost is { } cost)
        {
            GatewayTelemetry.Cost.Add((double)cost, tags);
        }
        else
        {
            GatewayTelemetry.Unpriced.Add(1, tags);
        }
    }

    private static void MeasureTokens(string kind, long tokens, TagList tags)
    {
        if (tokens > 0)
        {
            tags.Add(GenAiNames.TokenKind, kind);
            GatewayTelemetry.TeamTokens.Add(tokens, tags);
        }
    }

    private void EndSpan(in TagList tags)
    {
        if (_span is null)
        {
            return;
        }

        foreach ((string key, object? value) in tags)
        {
            _span.SetTag(key, value);
        }

        _span.SetTag(GenAiNames.RequestId, _record.RequestId);
        _span.SetTag(GenAiNames.Team, _record.Caller?.Team);
        _span.SetTag(GenAiNames.KeyId, _record.Caller?.KeyId);
        _span.SetTag(GenAiNames.Client, _record.Client);
        foreach ((string name, string value) in _record.Tags)
        {
            _span.SetTag(GenAiNames.TagPrefix + name, value);
        }

        if (_record.RequestedModel is not null)
        {
            _span.SetTag(GenAiNames.RequestModel, _record.RequestedModel);
            _span.SetTag(GenAiNames.Stream, _record.Stream);
            _span.SetTag(GenAiNames.Attempts, _record.Calls);
        }

        // What the client did wrong is no error of the server's, by the conventions of HTTP.
        if (_record.Status >= StatusCodes.Status500InternalServerError || _record.StreamError is not null)
        {
            _span.SetStatus(ActivityStatusCode.Error);
        }

        _span.Dispose();
        Activity.Current = _outer;
    }

    private static void AddUnlessNull(ref TagList tags, string key, string? value)
    {
        if (value is not null)
        {
            tags.Add(key, value);
        }
    }
}
