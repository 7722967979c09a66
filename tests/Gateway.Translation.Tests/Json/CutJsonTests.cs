using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Json;

public sealed class CutJsonTests
{
    [Theory]
    [InlineData("""{"a":"bc""", """{"a":"bc"}""")]
    [InlineData("""{"a":"bc\u00""", """{"a":"bc"}""")]
    [InlineData("""{"a":"bc\\\""", """{"a":"bc\\"}""")]
    [InlineData("""{"a":"bc\\""", """{"a":"bc\\"}""")]
    [InlineData("""{"a":["x","y""", """{"a":["x","y"]}""")]
    [InlineData("""{"a":1,"b""", """{"a":1}""")]
    [InlineData("""{"a":1,"b":""", """{"a":1,"b":null}""")]
    [InlineData("""{"a":1,"b":tr""", """{"a":1,"b":null}""")]
    [InlineData("""{"a":{"b":[{"c":12""", """{"a":{"b":[{"c":null}]}}""")]
    [InlineData("""[1,2""", """[1]""")]
    [InlineData("""{""", """{}""")]
    public void Beginning_of_json_is_closed(string cut, string closed) => Assert.Equal(closed, Encoding.UTF8.GetString(CutJson.Close(Encoding.UTF8.GetBytes(cut))!));

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("""{"a":}""")]
    [InlineData("""{"a":1}""")]
    public void What_is_no_beginning_of_json_stays_unread(string text) => Assert.Null(CutJson.Close(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Every_cut_gives_json()
    {
        byte[] whole = Encoding.UTF8.GetBytes("""{"error":{"message":"é😀\\\"\ud83d\ude00\n x","n":[1.5,-2e3,true,null,{"k":"v"},[]],"type":"t"},"z":"end"}""");
        for (int length = 1; length < whole.Length; length++)
        {
            byte[]? closed = CutJson.Close(whole.AsSpan(0, length));
            using JsonDocument document = JsonDocument.Parse(closed);
            _ = document.RootElement.ToString();
        }
    }
}
