using System.Text.Json;

namespace Gateway.Translation.Tests.Golden;

/// <summary>Compares JSON by value: the order of members does not matter, the order of arrays does.</summary>
internal static class JsonAssert
{
    public static void Equal(byte[] expected, byte[] actual)
    {
        if (Difference(JsonElement.Parse(expected), JsonElement.Parse(actual), "$") is { } difference)
        {
            Assert.Fail($"{difference}\nwhole: {System.Text.Encoding.UTF8.GetString(actual)}");
        }
    }

    private static string? Difference(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.ValueKind != actual.ValueKind)
        {
            return $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}";
        }

        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in expected.EnumerateObject())
                {
                    string? inner = actual.TryGetProperty(member.Name, out JsonElement value)
                        ? Difference(member.Value, value, $"{path}.{member.Name}")
                        : $"{path}.{member.Name}: missing, expected {member.Value.GetRawText()}";
                    if (inner is not null)
                    {
                        return inner;
                    }
                }

                string[] more = [.. actual.EnumerateObject().Select(m => m.Name).Where(n => !expected.TryGetProperty(n, out _))];
                return more.Length > 0 ? $"{path}: unexpected member {more[0]}" : null;
            case JsonValueKind.Array:
                return expected.GetArrayLength() != actual.GetArrayLength()
                    ? $"{path}: expected {expected.GetArrayLength()} items, got {actual.GetRawText()}"
                    : expected.EnumerateArray().Zip(actual.EnumerateArray()).Select((pair, i) => Difference(pair.First, pair.Second, $"{path}[{i}]")).FirstOrDefault(d => d is not null);
            default:
                return JsonElement.DeepEquals(expected, actual) ? null : $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}";
        }
    }
}
