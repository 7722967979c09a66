using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Gateway.Tests.Support.LongestFirst", "Gateway.Tests")]

namespace Gateway.Tests.Support;

/// <summary>Classes that take a minute or more begin first: whatever begins last is waited for by all.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] s_long =
    [
        "Faults.FaultMatrixTests", "Clients.ThroughGatewayTests", "Soak.SoakTests", "Faults.CutAnywhereTests", "Documents.CommandBlockTests", "Golden.LocalHostGoldenTests",
        "Admission.ManyInstancesTests", "Alerts.WebhookTests",
    ];

    /// <summary>That of a class ends with its name.</summary>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.FindIndex(s_long, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) is >= 0 and var at ? at : s_long.Length);
}
