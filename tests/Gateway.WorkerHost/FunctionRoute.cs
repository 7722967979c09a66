using System.Text.Json;
using Gateway.WorkerHost.Protocol;

namespace Gateway.WorkerHost;

/// <summary>One function as the worker described it. No methods means every method, made-up ones too.</summary>
public sealed record FunctionRoute(string Name, string FunctionId, string Parameter, string Pattern, IReadOnlyList<string> Methods)
{
    internal static FunctionRoute From(RpcFunctionMetadata function, string prefix)
    {
        JsonElement trigger = function.RawBindings
            .Select(binding => JsonElement.Parse(binding))
            .First(binding => "httpTrigger".Equals(Text(binding, "type"), StringComparison.OrdinalIgnoreCase));
        string[] parts = [prefix, Text(trigger, "route") ?? function.Name];
        string[] methods = Member(trigger, "methods") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(m => m.GetString()!.ToUpperInvariant())] : [];
        return new FunctionRoute(function.Name, function.FunctionId, Text(trigger, "name")!, string.Join('/', parts.Where(p => p.Length > 0)), methods);
    }

    private static string? Text(JsonElement binding, string name) =>
        Member(binding, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The worker writes some of the names in capitals.</summary>
    private static JsonElement Member(JsonElement binding, string name) =>
        binding.EnumerateObject().FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
