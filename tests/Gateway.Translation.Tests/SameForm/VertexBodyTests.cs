using System.Text;
using Gateway.Translation.SameForm;

namespace Gateway.Translation.Tests.SameForm;

/// <summary>A Messages body on its way to Vertex AI: the model leaves it, the version comes in, and no other byte changes.</summary>
public sealed class VertexBodyTests
{
    private const string Version = "\"anthropic_version\":\"vertex-2023-10-16\"";

    [Theory]
    [InlineData("""{"model":"m","a":1}""", $$"""{{{Version}},"a":1}""")]
    [InlineData("""{ "a" : 1 , "model" : "m" }""", $$"""{ "a" : 1 , {{Version}} }""")]
    [InlineData("""{"a":{"model":"inner"},"model":"m","stream":true}""", $$"""{"a":{"model":"inner"},{{Version}},"stream":true}""")]
    [InlineData("""{"anthropic_version":"mine","model":"m","a":1}""", $$"""{{{Version}},"a":1}""")]
    [InlineData("""{"a":1,"model":"m","anthropic_version":"mine"}""", $$"""{"a":1,{{Version}}}""")]
    [InlineData("""{"a":1,"anthropic\u005fversion":null,"model":"m"}""", $$"""{"a":1,{{Version}}}""")]
    public void Model_gives_way_to_the_version(string body, string expected) => Assert.Equal(expected, Of(body, keepModel: false));

    [Theory]
    [InlineData("""{"model":"m","a":1}""", $$"""{{{Version}},"model":"m","a":1}""")]
    [InlineData("""{"a":1,"anthropic_version":"mine","model":"m"}""", $$"""{"a":1,{{Version}},"model":"m"}""")]
    public void Counting_keeps_the_model(string body, string expected) => Assert.Equal(expected, Of(body, keepModel: true));

    private static string Of(string body, bool keepModel) => Encoding.UTF8.GetString(VertexBody.Of(Encoding.UTF8.GetBytes(body), keepModel).Span);
}
