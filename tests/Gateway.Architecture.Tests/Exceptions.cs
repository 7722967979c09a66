namespace Gateway.Architecture.Tests;

/// <summary>What a rule lets pass, and why. An entry that no longer needs to be here fails its test.</summary>
internal static class Exceptions
{
    /// <summary>Public types that no other project names and no signature asks for.</summary>
    public static readonly Dictionary<string, string> Public = [];

    /// <summary>Interfaces with fewer than two implementations.</summary>
    public static readonly Dictionary<string, string> Interfaces = [];

    /// <summary>What pages name although nothing here is called so.</summary>
    public static readonly string[] OutsideNames =
    [
        // Files that users make.
        "gateway.json", "keys.jsonl", "local.settings.json",
        // Of .NET, MSBuild, Azure and Claude Code.
        "TimeProvider", "ILoggerFactory", "TargetFramework", "ContainerArchiveOutputPath", "FunctionAppLogs", "Bash",
        // Texts by which operators find lines of the log: LogCategoryTests and RequestLineTests pin them.
        "Gateway.Http.RequestLog", "Gateway.Storage.StorageLog", "Gateway.Telemetry.OtlpWatch",
        "Method", "Path", "Status", "Milliseconds", "UpstreamStatus", "Cached", "CacheWriteTokens", "CostUsd",
    ];
}
