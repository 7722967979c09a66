using System.Globalization;
using Gateway.Routing;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Upstreams;

/// <summary>How long the gateway waits: the settings <c>Gateway:Upstream:*Seconds</c>.</summary>
public sealed record UpstreamTimeouts
{
    /// <summary>What a timer can wait at most, in seconds.</summary>
    private const double Longest = 86_400;
    private const string Prefix = "Gateway:Upstream:";

    /// <summary>A busy machine takes so long; nobody who is not testing begins streams sooner.</summary>
    private static readonly TimeSpan s_leastConnect = TimeSpan.FromSeconds(1);

    /// <summary>Until a connection stands: who is there answers in much less.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From the call to the first event of a stream, while another target is left to be asked.</summary>
    public TimeSpan NextTarget { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From the call to the beginning of the answer: reasoning models think in silence.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>
    /// From one event of a stream that says something to the next, whole; and from the beginning of a whole answer to its
    /// end. Pings to the client go on meanwhile; the upstream's own must not hide that it is dead.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>
    /// From the request to an answer that is not streamed, over all attempts: Azure's front end cuts what has been silent
    /// for 230 s. By default for ever; the Functions app sets a limit of its own.
    /// </summary>
    public TimeSpan Whole { get; init; } = TimeSpan.MaxValue;

    /// <summary>So long an error of the upstream can still have its own HTTP status; then the stream begins.</summary>
    public TimeSpan Commit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence that clients and proxies in between certainly bear.</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For a client that takes nothing of what is written to it: the upstream works for nobody.</summary>
    public TimeSpan ClientWrite { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For a call that another target can take over.</summary>
    public UpstreamTimeouts BeforeNextTarget => this with { FirstByte = NextTarget < FirstByte ? NextTarget : FirstByte };

    /// <summary>With less time for the first byte, if less is said.</summary>
    public UpstreamTimeouts AtMost(TimeSpan? firstByte) => firstByte < FirstByte ? this with { FirstByte = firstByte.Value } : this;

    /// <summary>For one call of a target.</summary>
    /// <param name="target">What is said of it holds.</param>
    /// <param name="stream">A stream may go on as long as it likes, unless its target has a limit of its own.</param>
    /// <param name="left">How long the client will still wait for an answer that is whole.</param>
    public UpstreamTimeouts For(Target target, bool stream, TimeSpan left)
    {
        TimeSpan own = target.Times.Whole ?? TimeSpan.MaxValue;
        return this with
        {
            FirstByte = target.Times.FirstByte ?? FirstByte,
            Idle = target.Times.Idle ?? Idle,
            Whole = stream || own < left ? own : left,
            NextTarget = target.Times.NextTarget ?? NextTarget,
        };
    }

    /// <exception cref="ConfigurationException">A setting is no number of seconds, or not one that can be waited.</exception>
    public static UpstreamTimeouts Read(IConfiguration configuration)
    {
        NumberSettings settings = new(configuration);
        UpstreamTimeouts usual = new();
        UpstreamTimeouts timeouts = new()
        {
            Connect = Seconds(nameof(Connect), usual.Connect),
            NextTarget = Seconds(nameof(NextTarget), usual.NextTarget),
            FirstByte = Seconds(nameof(FirstByte), usual.FirstByte),
            Idle = Seconds(nameof(Idle), usual.Idle),
            Commit = Seconds(nameof(Commit), usual.Commit),
            Ping = Seconds(nameof(Ping), usual.Ping),
            ClientWrite = Seconds(nameof(ClientWrite), usual.ClientWrite),
            Whole = configuration[$"{Prefix}{nameof(Whole)}Seconds"] is { Length: > 0 } ? Seconds(nameof(Whole), TimeSpan.FromSeconds(220)) : usual.Whole,
        };
        settings.ThrowIfWrong();
        if (timeouts.Connect >= timeouts.Commit)
        {
            // Who is not there must still be told as an HTTP error, or leave the stream to the next target.
            timeouts = configuration["Gateway:Upstream:ConnectSeconds"] is { Length: > 0 }
                ? throw new ConfigurationException([string.Create(CultureInfo.InvariantCulture, $"Gateway:Upstream:ConnectSeconds is {timeouts.Connect.TotalSeconds}, which is not below Gateway:Upstream:CommitSeconds, {timeouts.Commit.TotalSeconds}: a stream would begin before it is known whether its upstream is there. Set it lower, or leave it out.")])
                : timeouts with { Connect = timeouts.Commit / 2 > s_leastConnect ? timeouts.Commit / 2 : s_leastConnect };
        }

        return timeouts;

        TimeSpan Seconds(string name, TimeSpan unsaid) =>
            TimeSpan.FromSeconds(settings.Read($"{Prefix}{name}Seconds", unsaid.TotalSeconds, Longest, "seconds"));
    }
}
