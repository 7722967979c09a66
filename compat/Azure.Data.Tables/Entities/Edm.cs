namespace Azure.Data.Tables.Entities;

/// <summary>The names of the wire format: OData type annotations and the properties that every entity has.</summary>
internal static class Edm
{
    public const string TypeSuffix = "@odata.type";
    public const string Binary = "Edm.Binary";
    public const string DateTime = "Edm.DateTime";
    public const string Double = "Edm.Double";
    public const string Guid = "Edm.Guid";
    public const string Int64 = "Edm.Int64";

    public static bool IsKey(string name) => name is nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey);

    /// <summary>Made by the service, never sent to it.</summary>
    public static bool IsSystem(string name) => name is nameof(ITableEntity.Timestamp) or TableEntity.ETagKey;
}
