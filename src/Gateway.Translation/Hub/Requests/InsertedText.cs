namespace Gateway.Translation.Hub.Requests;

/// <summary>Every word that the gateway itself puts into a Messages request.</summary>
internal static class InsertedText
{
    public const string Continue = "Continue";

    public const string NoResult = "No result was provided for this call.";

    public const string JsonObject = "Answer with one valid JSON object and nothing else: no prose around it and no code fence.";

    public static string JsonSchema(string schema) => $"{JsonObject} The object must conform to this JSON Schema:\n{schema}";

    public static string OrphanResult(string id, string text) => $"[tool result {id}]\n{text}";

    public static string SystemReminder(string text) => $"<system-reminder>\n{text}\n</system-reminder>";
}
