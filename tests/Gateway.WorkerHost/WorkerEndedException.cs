namespace Gateway.WorkerHost;

/// <summary>The worker ended before its functions were loaded.</summary>
public sealed class WorkerEndedException(int exitCode, IReadOnlyCollection<string> output)
    : Exception($"The worker ended with code {exitCode}: {string.Join('\n', output)}")
{
    public int ExitCode => exitCode;

    public IReadOnlyCollection<string> Output => output;
}
