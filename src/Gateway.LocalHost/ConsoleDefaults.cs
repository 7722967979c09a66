using Microsoft.Extensions.Configuration.Memory;

namespace Gateway.LocalHost;

/// <summary>How LocalHost writes its log unless settings say otherwise: each event in one line, which begins with its time in UTC.</summary>
internal static class ConsoleDefaults
{
    private const string Options = "Logging:Console:FormatterOptions";
    private const string Form = "Logging:Console:FormatterName";
    private const string Simple = "simple";

    /// <summary>One line a request is the gateway's own; the framework's are for those who ask for them.</summary>
    private static readonly Dictionary<string, string?> s_quietLogs = new()
    {
        ["Logging:LogLevel:Microsoft"] = "Warning",

        // Why a start failed is said in one line, by GatewayStart, and not in a stack.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
    };

    /// <summary>Each event is a JSON object.</summary>
    public static bool IsJson(IConfiguration configuration) => "json".Equals(configuration[Form], StringComparison.OrdinalIgnoreCase);

    /// <summary>Puts them below all other sources, which must be there.</summary>
    public static void AddConsoleDefaults(this IConfigurationManager configuration)
    {
        bool isLocal = bool.TryParse(configuration[$"{Options}:UseUtcTimestamp"], out bool utc) && !utc;
        configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(s_quietLogs)
            {
                // Without a name the framework takes options of before, and none of these. One of those names the form, too.
                [Form] = configuration["Logging:Console:Format"] is { Length: > 0 } ? null : Simple,
                [$"{Options}:SingleLine"] = "true",
                [$"{Options}:UseUtcTimestamp"] = "true",

                // Where it is text, it stands before other text.
                [$"{Options}:TimestampFormat"] = $"yyyy-MM-ddTHH:mm:ss.fff{(isLocal ? "zzz" : "Z")}{(IsJson(configuration) ? "" : " ")}",
            },
        });
        if (configuration[Form] is "")
        {
            // As a variable is that nobody filled in. Not before: a new source has all of them read again.
            configuration[Form] = Simple;
        }
    }
}
