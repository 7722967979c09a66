using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gateway.Authentication.Access;

/// <summary>Limits for some models only, beside those for all.</summary>
/// <param name="Model">A pattern of models' names, with * as a wildcard; capitals do not count.</param>
/// <param name="Limits">What they may use together.</param>
[JsonConverter(typeof(ModelLimitsConverter))]
public sealed record ModelLimits(string Model, Limits Limits)
{
    internal bool IsFor(string pattern) => Model.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    internal bool Covers(string name) => Wildcard.Matches(Model, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The list with one pattern's limits changed; one without limits is none. Null when none is left.</summary>
    public static IReadOnlyList<ModelLimits>? Change(IReadOnlyList<ModelLimits>? all, string pattern, Func<Limits, Limits> change)
    {
        List<ModelLimits> list = [.. all ?? []];
        int at = list.FindIndex(entry => entry.IsFor(pattern));
        Limits changed = change(at < 0 ? Limits.None : list[at].Limits);
        if (at < 0)
        {
            list.Add(new ModelLimits(pattern, changed));
        }
        else
        {
            list[at] = list[at] with { Limits = changed };
        }

        list.RemoveAll(entry => entry.Limits == Limits.None);
        return list.Count == 0 ? null : list;
    }

    /// <summary>These, and what the others have beside them.</summary>
    internal static IReadOnlyList<ModelLimits>? Or(IReadOnlyList<ModelLimits>? these, IReadOnlyList<ModelLimits>? others) =>
        (others ?? []).Aggregate(these, (all, other) => Change(all, other.Model, limits => limits.Or(other.Limits)));
}

/// <summary>One object: the pattern, and its limits beside it.</summary>
internal sealed class ModelLimitsConverter : JsonConverter<ModelLimits>
{
    private const string Model = "model";

    public override ModelLimits Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (JsonNode.Parse(ref reader) is not JsonObject fields || fields[Model] is not JsonValue name || !name.TryGetValue(out string? model) || fields.ContainsKey("models"))
        {
            throw new JsonException();
        }

        fields.Remove(Model);
        return new ModelLimits(model, fields.Deserialize(LimitsJson.Default.Limits) ?? throw new JsonException());
    }

    public override void Write(Utf8JsonWriter writer, ModelLimits value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString(Model, value.Model);
        foreach (JsonProperty limit in JsonSerializer.SerializeToElement(value.Limits, LimitsJson.Default.Limits).EnumerateObject())
        {
            limit.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
