using System.Text.Json;
using Gateway.Translation.Chat;

namespace Gateway.Translation.Tests.Chat;

public sealed class FailedGenerationTests
{
    /// <summary>Names that are no text are found inside the generation, too: comparing one would throw.</summary>
    [Theory]
    [InlineData("""{"\ud800":"a","name":"f","arguments":{}}""")]
    [InlineData("""{"name":"f","arguments":{"\udc00":1}}""")]
    [InlineData("""<tool_call>{"\ud800":1}</tool_call>""")]
    [InlineData("""<function=f>{"\ud800":1}</function>""")]
    public void Names_that_are_no_text_are_no_call(string generation)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { error = new { message = "x", code = "tool_use_failed", failed_generation = generation } });
        Assert.Null(FailedGeneration.ToCompletion(body));
    }
}
