using Gateway.Routing;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Upstreams;

/// <summary>How long the gateway waits: the settings <c>Gateway:Upstream:*Seconds</c>.</summary>
public sealed record UpstreamTimeouts
{
    /// <summary>What a timer can wait at most, in seconds.</summary>
    private const double Longest = 86_400;

    /// <summary>Until a connection stands: who is there answers in much less.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From the call to the head of a stream, while another target is left to be asked.</summary>
    public TimeSpan NextTarget { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From the call to the first byte of the answer: reasoning models think in silence.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Between two bytes of a stream. Pings go on meanwhile, but must not hide that the upstream is dead.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>From the call to the last byte: for answers that nobody waits long for. No setting.</summary>
    public TimeSpan Whole { get; init; } = TimeSpan.MaxValue;

    /// <summary>So long an error of the upstream can still have its own HTTP status; then the stream begins.</summary>
    public TimeSpan Commit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence that clients and proxies in between certainly bear.</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For a client that takes nothing of what is written to it: the upstream works for nobody.</summary>
    public TimeSpan ClientWrite { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For a call that another target can take over.</summary>
    public UpstreamTimeouts BeforeNextTarget => this with { FirstByte = NextTarget < FirstByte ? NextTarget : FirstByte };

    /// <summary>With what is said of one target.</summary>
    public UpstreamTimeouts For(Target target)
    {
        TimeSpan whole = target.Times.Whole ?? Whole;
        TimeSpan firstByte = target.Times.FirstByte ?? FirstByte;
        return this with
        {
            FirstByte = firstByte < whole ? firstByte : whole,
            Idle = target.Times.Idle ?? Idle,
            Whole = whole,
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
        };
        settings.ThrowIfWrong();
        return timeouts;

        TimeSpan Seconds(string name, TimeSpan unsaid) =>
            TimeSpan.FromSeconds(settings.Read($"Gateway:Upstream:{name}Seconds", unsaid.TotalSeconds, Longest, "seconds"));
    }
}
