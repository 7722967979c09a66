namespace Gateway.Diagnostics;

/// <summary>
/// Categories of loggers whose types have moved. Operators' filters name them, so they stay. All other categories are
/// the names of types.
/// </summary>
internal static class LogCategories
{
    public const string Requests = "Gateway.Http.RequestLog";

    public const string Tokenizer = "Gateway.Http.O200kTokenizer";

    public const string Spend = "Gateway.Storage.TableSpendStore";
}
