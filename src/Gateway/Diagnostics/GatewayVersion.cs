using System.Reflection;

namespace Gateway.Diagnostics;

/// <summary>Which version of the gateway this is, as its tag says.</summary>
public static class GatewayVersion
{
    /// <summary>Without the commit, which the assembly has behind a plus.</summary>
    public static string Text { get; } = typeof(GatewayVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
