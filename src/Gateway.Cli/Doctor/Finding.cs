using System.Text.Json.Serialization;

namespace Gateway.Cli.Doctor;

internal enum FindingStatus
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It works, and somebody should know something all the same.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    [JsonStringEnumMemberName("fail")]
    Fail,
}

/// <summary>What one look came to.</summary>
/// <param name="Status">How bad it is.</param>
/// <param name="Check">What was looked at, in a word or two.</param>
/// <param name="What">What was found. No secrets.</param>
/// <param name="Cure">What mends it; null where nothing is to mend, or what was found says it itself.</param>
internal sealed record Finding(FindingStatus Status, string Check, string What, string? Cure = null)
{
    public static Finding Ok(string check, string what) => new(FindingStatus.Ok, check, what);

    public static Finding Warn(string check, string what, string? cure = null) => new(FindingStatus.Warn, check, what, cure);

    public static Finding Fail(string check, string what, string? cure = null) => new(FindingStatus.Fail, check, what, cure);
}

/// <summary>All of them, for machines.</summary>
/// <param name="Ok">Nothing failed.</param>
/// <param name="Findings">In the order in which they were made.</param>
/// <param name="NotCalled">What would have been called with consent.</param>
internal sealed record DoctorReport(bool Ok, IReadOnlyList<Finding> Findings, string? NotCalled);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
