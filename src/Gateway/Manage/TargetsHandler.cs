using Gateway.Routing;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>GET /manage/targets</c>: how each place that may be asked stands, as the instance that answers sees it.</summary>
public sealed class TargetsHandler
{
    private readonly ManagePipeline _pipeline;
    private readonly LiveRouter _live;
    private readonly TargetHealth _health;
    private readonly TargetSpeeds _speeds;
    private readonly UpstreamMemory _memory;

    internal TargetsHandler(ManagePipeline pipeline, LiveRouter live, TargetHealth health, TargetSpeeds speeds, UpstreamMemory memory) =>
        (_pipeline, _live, _health, _speeds, _memory) = (pipeline, live, health, speeds, memory);

    public Task ListAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.ShowAllAsync(http, async (_, _) =>
    {
        if (new QueryReader(http.Request.Query).Refusal is { } refusal)
        {
            return refusal;
        }

        // What a request would hear of the other instances.
        await _health.RefreshAsync();
        Router router = _live.Now;
        ILookup<string, Learned> learned = _memory.List().ToLookup(each => each.Target, StringComparer.Ordinal);
        return ManageAnswer.Of(
            new TargetList(
            [
                .. router.Catalog.Models
                    .SelectMany(model => router.Find(model.Id)!.Targets.Select(target => (Model: model.Id, Target: target)))
                    .GroupBy(served => served.Target.ToString(), StringComparer.Ordinal)
                    .Select(served => Of([.. served.Select(each => each.Target)], [.. served.Select(each => each.Model).Distinct()], learned)),
            ]),
            ManageJson.Default.TargetList);
    }, cancellationToken);

    private StandingTarget Of(IReadOnlyList<Target> keys, IReadOnlyList<string> models, ILookup<string, Learned> learned)
    {
        Target target = keys[0];
        TargetDocument written = TargetDocument.Of(target);
        (Standing Standing, TimeSpan Left)? look = _health.Look(keys);
        return new StandingTarget(
            written.Target,
            target.Provider.Name,
            target.UpstreamModel,
            models,
            look?.Standing.ToString().ToLowerInvariant() ?? "unknown",
            look is { Left: var left } && left > TimeSpan.Zero ? (int)Math.Ceiling(left.TotalSeconds) : null,
            Milliseconds(_speeds.Look(target, stream: true)),
            Milliseconds(_speeds.Look(target, stream: false)),
            written.Price,
            written.PriceByName ? true : null,
            written.ContextWindow,
            [.. learned.Where(each => each.Key == written.Target || (written.Target.Contains('*', StringComparison.Ordinal) && Router.Matches(written.Target, each.Key)))
                .SelectMany(each => each.Select(one => one.Parameter)).Distinct().Order(StringComparer.Ordinal)]);
    }

    private static int? Milliseconds(TimeSpan? time) => time is { } known ? (int)Math.Round(known.TotalMilliseconds) : null;
}

internal sealed record TargetList(IReadOnlyList<StandingTarget> Data);

/// <summary>How one target stands.</summary>
/// <param name="Target"><c>provider/model</c>; a <c>*</c> stands for what of the name that was asked for.</param>
/// <param name="Provider">Its name.</param>
/// <param name="Model">As the provider names it.</param>
/// <param name="Models">Those that name this target, as they are written.</param>
/// <param name="Standing"><c>good</c>; <c>poor</c>: asked when no other is left; <c>dead</c>: not asked; <c>unknown</c>: nobody asked it yet.</param>
/// <param name="PausedSeconds">How long that lasts.</param>
/// <param name="FirstTokenMs">Of streams, a moving average.</param>
/// <param name="AnswerMs">Of whole answers.</param>
/// <param name="Price">USD per million tokens; null where nobody said it, or the name that is asked for says it.</param>
/// <param name="PriceByName">The name that is asked for decides the price; null where it does not.</param>
/// <param name="ContextWindow">In tokens, as far as known.</param>
/// <param name="Learned">What is left out of requests to it, or lowered in them, of some callers at least.</param>
internal sealed record StandingTarget(
    string Target, string Provider, string Model, IReadOnlyList<string> Models, string Standing, int? PausedSeconds, int? FirstTokenMs, int? AnswerMs,
    PriceDocument? Price, bool? PriceByName, int? ContextWindow, IReadOnlyList<string> Learned);
