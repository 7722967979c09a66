using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Reload;

/// <summary>
/// Takes changes of the gateway's file while it runs: providers and models at once, all or nothing. It looks at what the
/// file says and not at who writes it, so an editor's rename, a ConfigMap's swapped link and a network share are all the same.
/// </summary>
internal sealed partial class ConfigurationReload(
    GatewayFile file, IConfigurationRoot configuration, LiveRouter live, Retained retained, UnpricedModels unpriced, ConfigurationReload.Reader read, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>What a start would make of the settings.</summary>
    /// <returns>The mistakes; the catalogue is there when there are none.</returns>
    internal delegate (Catalog? Catalog, IReadOnlyList<string> Mistakes) Reader(IConfiguration configuration);

    /// <summary>Files change by the clock of the world, whatever the gateway's says.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>How often a text must be seen unchanged before it counts as written.</summary>
    private const int LooksToSettle = 2;

    /// <summary>The same for one that is no JSON: its writer may have paused.</summary>
    private const int LooksToComplain = 4;

    /// <summary>No file holds this: it is no JSON, and nobody writes it.</summary>
    private const string Unjudged = "\0";

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Reload.ConfigurationReload");
    private readonly Dictionary<string, string?> _started = file.Keys.ToDictionary(key => key, key => configuration[key], StringComparer.OrdinalIgnoreCase);
    private readonly LogInterval _warnings = new(time);
    private string? _judged = file.Text;
    private string? _seen = file.Text;
    private int _looks;
    private int _unreadableLooks;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(s_interval);

        // A timer that is over ends the loop. One that is cancelled would throw, which a host that never started takes for a failure.
        using CancellationTokenRegistration stopping = stoppingToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            Look();
        }
    }

    /// <summary>Sees what the file says, and decides once that has settled.</summary>
    internal void Look()
    {
        try
        {
            string? text = file.Read();
            if (_unreadableLooks >= LooksToComplain)
            {
                // It was refused for that; whatever it says now is judged anew.
                _judged = Unjudged;
            }

            _unreadableLooks = 0;
            _looks = text == _seen ? _looks + 1 : 1;
            _seen = text;
            if (text != _judged && _looks >= LooksToSettle && (_looks >= LooksToComplain || IsWhole(text)))
            {
                _judged = text;
                Judge(text);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody writes it just now; or nobody may read it any longer, and all stays as it is.
            if (++_unreadableLooks == LooksToComplain)
            {
                ConfigurationException unreadable = new([$"{file.Name} cannot be read: {exception.Message}"]);
                live.Refuse(new RefusedChange(time.GetUtcNow(), unreadable.Errors));
                Refused(_logger, file.Name, live.Generation.Number, unreadable.Message);
            }
            else if (_warnings.TryBegin())
            {
                Unreadable(_logger, file.Name, exception.Message);
            }
        }
    }

    private bool IsWhole(string? text)
    {
        try
        {
            return text is not null && file.Parse(text) is not null;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private void Judge(string? text)
    {
        if (text == file.Text)
        {
            live.Reconcile();
            Reconciled(_logger, file.Name, live.Generation.Number);
            return;
        }

        try
        {
            Take(text ?? throw new ConfigurationException([$"{file.Name} is gone. Put it back; to run without it, start anew."]));
        }
        catch (ConfigurationException mistakes)
        {
            live.Refuse(new RefusedChange(time.GetUtcNow(), mistakes.Errors));
            Refused(_logger, file.Name, live.Generation.Number, mistakes.Message);
        }
        catch (Exception exception)
        {
            // A mistake of ours must not end the process, whose old settings are good.
            live.Refuse(new RefusedChange(time.GetUtcNow(), ["The gateway made a mistake in reading it; its log says which."]));
            Failed(_logger, exception, file.Name, live.Generation.Number);
        }
    }

    private void Take(string text)
    {
        IDictionary<string, string?> settings = file.Parse(text);
        using ConfigurationRoot changed = file.With(configuration, settings);
        (Catalog? catalog, IReadOnlyList<string> mistakes) = read(changed);
        if (catalog is null || mistakes.Count > 0)
        {
            throw new ConfigurationException(mistakes);
        }

        string[] waiting = [.. Waiting(changed, settings.Keys)];
        Unchanged unchanged = new(live.Now.Catalog, catalog);

        // Before, so that the first request finds nothing of what has changed; and after, for what old requests found out meanwhile.
        retained.Keep(unchanged);
        live.Take(new Router(catalog, time), time.GetUtcNow(), waiting);
        retained.Keep(unchanged);
        file.Take(text, settings);
        Taken(_logger, file.Name, live.Generation.Number, catalog.Models.Count, catalog.Providers.Count);
        unpriced.Warn();
        if (waiting.Length > 0)
        {
            NeedStart(_logger, string.Join(", ", waiting));
        }
    }

    /// <summary>What was set otherwise at the start, and is read only then.</summary>
    private IEnumerable<string> Waiting(ConfigurationRoot changed, IEnumerable<string> keys) => keys.Union(_started.Keys, StringComparer.OrdinalIgnoreCase)
        .Where(key => !KnownSettings.IsLive(key) && changed[key] != (_started.TryGetValue(key, out string? value) ? value : Unset(key)))
        .Order(StringComparer.Ordinal);

    /// <summary>What the other sources say of a setting that the file did not hold at the start: they do not change.</summary>
    private string? Unset(string key) => configuration.Providers.Reverse().Where(source => source != file)
        .Select(source => source.TryGet(key, out string? value) ? value : null).FirstOrDefault(value => value is not null);

    [LoggerMessage(31, LogLevel.Information, "{File} has changed and is in force: generation {Generation}, {Models} models, {Providers} providers")]
    private static partial void Taken(ILogger logger, string file, int generation, int models, int providers);

    [LoggerMessage(32, LogLevel.Error, "{File} has changed and is not taken; generation {Generation} stays in force. {Mistakes}")]
    private static partial void Refused(ILogger logger, string file, int generation, string mistakes);

    [LoggerMessage(36, LogLevel.Error, "{File} has changed and could not be checked; generation {Generation} stays in force")]
    private static partial void Failed(ILogger logger, Exception exception, string file, int generation);

    [LoggerMessage(33, LogLevel.Warning, "Changed, and in force after the next start only: {Settings}")]
    private static partial void NeedStart(ILogger logger, string settings);

    [LoggerMessage(34, LogLevel.Information, "{File} says again what is in force: generation {Generation}")]
    private static partial void Reconciled(ILogger logger, string file, int generation);

    [LoggerMessage(35, LogLevel.Warning, "{File} cannot be read; what is in force stays: {Why}")]
    private static partial void Unreadable(ILogger logger, string file, string why);
}
