using Gateway.Tests.Storage;

namespace Gateway.Tests.Cli.Doctor;

/// <summary>An Azurite of which these tests know every row: who has a budget counts, and so do the versions of the tables.</summary>
[CollectionDefinition(Name)]
public sealed class OwnTables : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Own tables";
}
