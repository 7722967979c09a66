namespace Gateway.Storage;

/// <summary>The tables of the gateway.</summary>
internal static class TableNames
{
    public const string Keys = "keys";

    public const string Issuers = "issuers";

    public const string Audit = "audit";

    public const string Usage = "usage";

    public const string Rollups = "rollups";

    public const string Spend = "spend";

    public const string Teams = "teams";
}
