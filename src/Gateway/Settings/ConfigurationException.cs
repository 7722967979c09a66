namespace Gateway.Settings;

/// <summary>The configuration cannot be served; the message lists every mistake.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> errors)
    : Exception("The configuration has mistakes:\n" + string.Join('\n', errors.Select(e => "  - " + e)))
{
    public IReadOnlyList<string> Errors => errors;
}
