using System.Text;
using System.Text.Json;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.Tests.Schemas;

public sealed class StructuredSchemaTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/x"},"b":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"string"}}}""", false)]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"properties":{"b":{"$ref":"#/$defs/b"}}},"b":{"items":[{"$ref":"#/$defs/a"}]}}}""", true)]
    [InlineData("""{"properties":{"next":{"$ref":"#"}}}""", true)]
    [InlineData("""{"type":"object","$defs":{"unused":{"properties":{"a":{"$ref":"#/$defs/unused"}}}}}""", false)]
    [InlineData("""{"$ref":"#/nowhere"}""", false)]
    public void Recursion_is_found_where_it_matters(string schema, bool recursive)
    {
        using JsonDocument document = JsonDocument.Parse(schema);
        Assert.Equal(recursive, StructuredSchema.IsRecursive(document.RootElement));
    }

    [Fact]
    public void Definitions_that_fan_out_are_walked_once()
    {
        StringBuilder schema = new("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
        for (int i = 0; i < 60; i++)
        {
            schema.Append($"\"d{i}\":{{\"anyOf\":[{{\"$ref\":\"#/$defs/d{i + 1}\"}},{{\"$ref\":\"#/$defs/d{i + 1}\"}}]}},");
        }

        using JsonDocument document = JsonDocument.Parse(schema + "\"d60\":{}}}");
        Assert.False(StructuredSchema.IsRecursive(document.RootElement));
    }
}
