using System.Globalization;
using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Metering.Reports;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>
/// <c>/manage/keys</c>. The text of a key is in the answer that makes or rotates it and nowhere else. What was begun is
/// finished when the client leaves: the trail would otherwise say that it failed.
/// </summary>
public sealed class KeysHandler
{
    private const string Collection = "keys";

    private readonly ManagePipeline _pipeline;
    private readonly KeyAdministration _keys;
    private readonly KeyDirectory _directory;
    private readonly UsageReporter _usage;
    private readonly ChangeWarnings _warnings;
    private readonly TimeProvider _time;

    internal KeysHandler(ManagePipeline pipeline, KeyAdministration keys, KeyDirectory directory, UsageReporter usage, ChangeWarnings warnings, TimeProvider time)
    {
        _warnings = warnings;
        _pipeline = pipeline;
        _keys = keys;
        _directory = directory;
        _usage = usage;
        _time = time;
    }

    public Task ListAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.ShowAsync(http, async (sight, aborted) =>
    {
        QueryReader query = new(http.Request.Query, "team", "state", "search", ListCursor.Limit, ListCursor.After);
        (string? team, ManageAnswer? foreign) = sight.TeamFor(query.Text("team"));
        string? state = query.Choice("state", null, ("active", "active"), ("expired", "expired"), ("revoked", "revoked"));
        string? search = query.KeyId("search");
        ListPlace? place = ListCursor.Read(query, Collection, team, state, search);
        if ((foreign ?? query.Refusal) is { } refusal)
        {
            return refusal;
        }

        DateTimeOffset now = _time.GetUtcNow();
        Func<string, KeySpend> spend = await _usage.SpendAsync(now, null, aborted);
        IEnumerable<KeyDocument> found = (await _keys.ListAsync(aborted))
            .Where(key => (team is null || key.Team == team) && (search is null || IsFound(key, search)))
            .Select(key => Seen(sight, KeyDocument.From(key, now)) with { Spend = spend(key.Id) })
            .Where(key => state is null || key.State == state)
            .OrderBy(PlaceOf, StringComparer.Ordinal);
        (IReadOnlyList<KeyDocument> page, string? next) = ListCursor.Page(found, place, PlaceOf, Collection, team, state, search);
        return ManageAnswer.Of(new KeyList(page, next), ManageJson.Default.KeyList);
    }, cancellationToken);

    /// <summary>By team, then by age; none of it changes in the life of a key.</summary>
    private static string PlaceOf(KeyDocument key) => string.Create(CultureInfo.InvariantCulture, $"{key.Team}\0{key.CreatedAt.UtcTicks:D19}\0{key.Id}");

    private static bool IsFound(VirtualKey key, string part) =>
        ((string?[])[key.Id, key.Name, key.Owner, key.Team]).Any(text => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true);

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.ShowAsync(http, async (sight, aborted) =>
        new QueryReader(http.Request.Query).Refusal
            ?? (await _keys.FindAsync(IdOf(http), aborted) is { } key && sight.Sees(key.Team) ? ManageAnswer.Of(Seen(sight, await WithSpendAsync(key, aborted)), KeyJson.Default.KeyDocument) : Answer(new KeyChange.NotFound(IdOf(http)))), cancellationToken);

    public Task CreateAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.RunAsync(http, async (caller, aborted) =>
    {
        (NewKey? request, ManageAnswer? refusal) = await ManageBody.ReadAsync(
            http.Request, KeyFields.OfNew, fields => KeyFields.ReadNew(fields, _time.GetUtcNow()), aborted);
        if (refusal is not null)
        {
            return refusal;
        }

        string? team = await _warnings.OfTeamAsync(request!.Team, aborted);
        string? one = caller.OnlyManages && request.Scopes.Contains(Scopes.Manage) ? BootstrapKey.FirstManager : null;
        KeyChange change = await _keys.CreateAsync(request, Actor(caller), CancellationToken.None, one);
        return one is not null && change is KeyChange.Conflict
            ? new ManageAnswer.Refused(KeyRefusal.BootstrapStopped(caller.CredentialHeader))
            : Answer(change, made: true, team: team);
    }, cancellationToken);

    public Task UpdateAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.RunAsync(http, async (caller, aborted) =>
    {
        (Func<VirtualKey, VirtualKey>? change, ManageAnswer? refusal) = await ManageBody.ReadAsync(
            http.Request, KeyFields.OfUpdate, fields => KeyFields.ReadUpdate(fields, _time.GetUtcNow()), aborted);
        if (caller.OnlyManages && change is not null && await _keys.FindAsync(IdOf(http), aborted) is { } key && change(key).Scopes.Contains(Scopes.Manage))
        {
            return new ManageAnswer.Refused(KeyRefusal.BootstrapMakesManagers());
        }

        return refusal ?? Changed(http, await _keys.UpdateAsync(IdOf(http), change!, Actor(caller), CancellationToken.None), warned: true);
    }, cancellationToken);

    public Task RevokeAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.RunAsync(
        http, async (caller, _) => Changed(http, await _keys.RevokeAsync(IdOf(http), Actor(caller), CancellationToken.None)), cancellationToken);

    public Task RotateAsync(HttpContext http, CancellationToken cancellationToken) => _pipeline.RunAsync(http, async (caller, aborted) =>
    {
        (KeyFields.Rotation? rotation, ManageAnswer? refusal) = await ManageBody.ReadAsync(
            http.Request, KeyFields.OfRotation, KeyFields.ReadRotation, aborted, optional: true);
        return refusal ?? Changed(http, await _keys.RotateAsync(IdOf(http), rotation!.Overlap, Actor(caller), CancellationToken.None));
    }, cancellationToken);

    private async Task<KeyDocument> WithSpendAsync(VirtualKey key, CancellationToken aborted)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return KeyDocument.From(key, now) with { Spend = (await _usage.SpendAsync(now, key.Id, aborted))(key.Id) };
    }

    private static KeyDocument Seen(Sight sight, KeyDocument key) =>
        sight.OfAll ? key : key with { CreatedBy = Sight.AnOperator, RevokedBy = key.RevokedBy is null ? null : Sight.AnOperator };

    internal static string Actor(Caller caller) => caller.KeyId;

    private static string IdOf(HttpContext http) => ManagePath.IdAfter(Collection, http.Request);

    /// <summary>This instance follows at once; the others, when they read the row again.</summary>
    private ManageAnswer Changed(HttpContext http, KeyChange change, bool warned = false)
    {
        _directory.Forget(IdOf(http));
        return Answer(change, warned: warned);
    }

    private IReadOnlyList<string>? WarningsOf(VirtualKey key, string? team = null) => _warnings.Of(key.Limits.HasBudget, key.Models, key.Providers, key.Scopes, team);

    private ManageAnswer Answer(KeyChange change, bool made = false, bool warned = false, string? team = null) => change switch
    {
        KeyChange.Issued(var key, var text) when made =>
            ManageAnswer.Made(KeyDocument.From(key, _time.GetUtcNow(), text) with { Warnings = WarningsOf(key, team) }, KeyJson.Default.KeyDocument, $"/manage/{Collection}/{key.Id}"),
        KeyChange.Issued(var key, var text) => ManageAnswer.Of(KeyDocument.From(key, _time.GetUtcNow(), text), KeyJson.Default.KeyDocument),
        KeyChange.Done(var key) => ManageAnswer.Of(KeyDocument.From(key, _time.GetUtcNow()) with { Warnings = warned ? WarningsOf(key) : null }, KeyJson.Default.KeyDocument),

        KeyChange.NotFound(var id) when KeyAdministration.IsWholeKey(id) => ManageAnswer.Invalid([$"The path {QueryReader.WholeKey}."]),

        // The id is not repeated: it may be any secret.
        KeyChange.NotFound => ManageAnswer.NotFound("There is no key of that id. GET /manage/keys lists them."),
        KeyChange.Conflict(var reason) => ManageAnswer.Conflict(reason),
        KeyChange.Refused(var reasons) => ManageAnswer.Invalid(reasons),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };
}
