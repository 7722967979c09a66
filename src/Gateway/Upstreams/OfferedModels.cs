using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Gateway.Authentication.Access;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.Sse;
using Microsoft.Extensions.Logging;

namespace Gateway.Upstreams;

/// <summary>
/// The names of the models that providers offer, for lists of what wildcards let through. A provider is asked when
/// somebody wants to know, once for all who do meanwhile; its answer is kept for a while, and longer when it has no new one.
/// </summary>
public sealed partial class OfferedModels(UpstreamClient upstreams, TimeProvider time, ILoggerFactory loggers)
{
    private const int MostNames = 1000;
    private const int MostPages = 10;
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Whoever asks for a list waits for it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_untilNextTry = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Upstreams.OfferedModels");
    private readonly ConcurrentDictionary<Account, Offer> _offers = new();
    private readonly SingleFlight<Account, IReadOnlyList<string>> _asking = new();

    /// <summary>In the order of their names; none of a provider that has never said.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(Provider provider, CancellationToken cancellationToken) => provider.Kind == ProviderKind.Echo || provider.Vertex is not null
        ? []
        : Known(provider) ?? await _asking.RunAsync(Account.Of(provider), _ => RenewAsync(provider), cancellationToken);

    /// <summary>Forgets who has changed or is gone.</summary>
    internal void Keep(Unchanged unchanged)
    {
        HashSet<Account> current = [.. unchanged.Providers.Select(Account.Of)];
        foreach (Account gone in _offers.Keys.Where(account => !current.Contains(account)))
        {
            _offers.TryRemove(gone, out _);
        }
    }

    /// <summary>Null when it is time to ask.</summary>
    private IReadOnlyList<string>? Known(Provider provider) =>
        _offers.TryGetValue(Account.Of(provider), out Offer? offer) && time.GetElapsedTime(offer.AskedAt) < offer.Holds ? offer.Names : null;

    private async Task<IReadOnlyList<string>> RenewAsync(Provider provider)
    {
        if (Known(provider) is { } known)
        {
            // The question before this one was answered just now.
            return known;
        }

        IReadOnlyList<string> names = _offers.TryGetValue(Account.Of(provider), out Offer? before) ? before.Names : [];
        TimeSpan holds = s_untilNextTry;
        try
        {
            if (await AskAsync(provider) is { } said)
            {
                (names, holds) = (said, s_fresh);
            }

            return names;
        }
        finally
        {
            _offers[Account.Of(provider)] = new Offer(names, time.GetTimestamp(), holds);
        }
    }

    /// <summary>Null when it does not say. Nobody's leaving ends it: others may wait for the same.</summary>
    private async Task<IReadOnlyList<string>?> AskAsync(Provider provider)
    {
        long began = time.GetTimestamp();
        SortedSet<string> names = new(StringComparer.Ordinal);
        string? after = null;
        int pages = 0;
        do
        {
            (ModelsPage? page, string why) = await AskPageAsync(provider, after, s_patience - time.GetElapsedTime(began));
            if (page is null)
            {
                Silent(_logger, LogText.Of(provider.Name), why);
                return null;
            }

            names.UnionWith(page.Names.Take(MostNames - names.Count));
            after = page.Next == after ? null : page.Next;
        }
        while (after is not null && ++pages < MostPages && names.Count < MostNames);
        return [.. names];
    }

    private async Task<(ModelsPage? Page, string Why)> AskPageAsync(Provider provider, string? after, TimeSpan left)
    {
        string page = after is null ? "?limit=1000" : $"?limit=1000&after_id={Uri.EscapeDataString(after)}";
        UpstreamRequest request = new(new Target(provider, "*", Profile.Default), UpstreamEndpoint.Models, default, Stream: false)
        {
            Query = provider.Kind == ProviderKind.Anthropic ? page : "",
            Redactor = new Redactor(provider.BaseUrl),
        };
        using UpstreamCall call = new(request, new PooledBuffer(), new TranslationReport(), () => throw new InvalidOperationException("A list is not translated."));
        UpstreamTimeouts patience = new() { FirstByte = s_patience, Idle = s_patience, Whole = left };
        using UpstreamExchange exchange = new(upstreams, call, patience, time, CancellationToken.None);
        using PooledBuffer body = new();
        Received head = await exchange.BeginAsync();
        if (head.Kind != Arrival.Head || !exchange.IsSuccess)
        {
            return (null, head.Why ?? string.Create(CultureInfo.InvariantCulture, $"HTTP {exchange.Status} at {UpstreamClient.AddressOf(request)}"));
        }

        return (await exchange.TryReadWholeAsync(body, MostBytes) ? ModelsPage.Read(OneValue.In(body.Span), request.Redactor) : null, "what it sent is no list of models");
    }

    [LoggerMessage(12, LogLevel.Warning, "{Provider} does not say which models it offers ({Why}); GET /v1/models lists those that it named before")]
    private static partial void Silent(ILogger logger, string provider, string why);

    /// <summary>Who is asked, and as whom: a provider of the same name may become another one while it answers.</summary>
    private readonly record struct Account(string Name, string Address, string? Key)
    {
        public static Account Of(Provider provider) => new(provider.Name, provider.BaseUrl, provider.ApiKey);
    }

    /// <param name="Names">What the provider said last.</param>
    /// <param name="AskedAt">A timestamp.</param>
    /// <param name="Holds">How long it is not asked again.</param>
    private sealed record Offer(IReadOnlyList<string> Names, long AskedAt, TimeSpan Holds);
}

/// <summary>A part of a provider's list of models, as OpenAI and Anthropic write it, or as a bare list.</summary>
/// <param name="Names">Those that can be names here.</param>
/// <param name="Next">Behind which name the next part begins; null after the last.</param>
internal sealed record ModelsPage(IReadOnlyList<string> Names, string? Next)
{
    /// <summary>Gemini names its models so, and takes them without.</summary>
    private const string Folder = "models/";

    /// <summary>Null when the bytes are no such list.</summary>
    public static ModelsPage? Read(ReadOnlySpan<byte> json, Redactor redactor)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.ToArray(), JsonFormat.DocumentOptions);
            JsonElement root = document.RootElement;
            JsonElement list = root.IsArray() ? root : root.Member("data"u8);
            if (!list.IsArray())
            {
                return null;
            }

            string[] names = [.. list.Items().Select(model => Name(model.Text("id"u8))).Where(name => IsName(name, redactor))];
            return new ModelsPage(names, root.IsTrue("has_more"u8) ? root.Text("last_id"u8) : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Name(string? id) => id is null ? "" : id.StartsWith(Folder, StringComparison.Ordinal) ? id[Folder.Length..] : id;

    private static bool IsName(string name, Redactor redactor) =>
        ModelName.Problem(name) is null && name.Trim().Length == name.Length && !name.Contains('*', StringComparison.Ordinal) && !redactor.IsPrivate(name);
}
