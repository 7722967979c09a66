using Gateway.Cli.Shared;

namespace Gateway.Cli.Doctor;

/// <summary>A line for each finding as it is made, so that who waits sees for what; or all of them as one JSON at the end.</summary>
internal sealed class DoctorOutput(CommandContext context, TextWriter error)
{
    private readonly List<Finding> _findings = [];

    public bool HasFailed => _findings.Any(finding => finding.Status == FindingStatus.Fail);

    /// <summary>Calls that nobody consented to.</summary>
    public string? NotCalled { get; set; }

    public void Add(Finding finding)
    {
        // A cure may quote what somebody wrote; it stays one line.
        Finding line = finding with { What = OneLine(finding.What), Cure = finding.Cure is { } cure ? OneLine(cure) : null };
        _findings.Add(line);
        if (!context.Json)
        {
            context.WriteLine($"{line.Status.ToString().ToLowerInvariant(),-4}  {line.Check}: {line.What}{(line.Cure is null ? "" : $"  - {line.Cure}")}");
        }
    }

    /// <returns>The exit code.</returns>
    public int End()
    {
        if (context.Json)
        {
            context.WriteJson(new DoctorReport(!HasFailed, _findings, NotCalled), DoctorJson.Default.DoctorReport);
        }
        else if (NotCalled is not null)
        {
            error.WriteLine(NotCalled);
        }

        return HasFailed ? 1 : 0;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd();
}
