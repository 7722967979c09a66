using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Json;

public sealed class JsonNamesTests
{
    [Theory]
    [InlineData("""{"a":"\ud800"}""", true)]
    [InlineData("""{"\ud83d\ude00":1}""", true)]
    [InlineData("""{"\ud800":1}""", false)]
    [InlineData("""{"a":{"x\udc00":1}}""", false)]
    [InlineData("""{"a":"\ud800" {""", true)]
    [InlineData("""{"" {"code":"tool_use_failed","\ud800"}""", true)]
    public void Names_are_read_and_broken_json_is_left_to_the_parser(string json, bool readable) =>
        Assert.Equal(readable, JsonNames.AreReadable(Encoding.UTF8.GetBytes(json)));
}
