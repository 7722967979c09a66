using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.MessagesToChat;

/// <summary>Texts go from the client's bytes to the upstream's, never through a string: that would be twice their size.</summary>
public sealed class RequestAllocationTests
{
    private static readonly ChatUpstream s_target = new("claude-sonnet-4-5", "openai", "gpt-4o", Profile.Default);

    [Fact]
    public void Memory_for_a_request_does_not_grow_with_its_texts()
    {
        long small = Allocated(Request(lines: 1));
        long large = Allocated(Request(lines: 2000));
        Assert.InRange(large, 0, small + 1024);
    }

    private static byte[] Request(int lines)
    {
        string text = string.Concat(Enumerable.Repeat("Read the file,\nthen \"change\" it.\n", lines));
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            model = "claude-sonnet-4-5",
            max_tokens = 100,
            system = new object[] { new { type = "text", text } },
            tools = new object[] { new { name = "read", description = text, input_schema = new { type = "object", properties = new { path = new { type = "string", description = text } } } } },
            messages = new object[]
            {
                new { role = "user", content = text },
                new { role = "assistant", content = new object[] { new { type = "text", text }, new { type = "tool_use", id = "toolu_1", name = "read", input = new { text } } } },
                new { role = "user", content = new object[] { new { type = "tool_result", tool_use_id = "toolu_1", content = text }, new { type = "text", text } } },
            },
        });
    }

    /// <summary>In bytes, once everything is compiled and the pools are filled.</summary>
    private static long Allocated(byte[] body)
    {
        long before = 0;
        for (int i = 0; i < 3; i++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            using PooledBuffer output = new(body.Length * 2);
            using MessagesRequest request = MessagesRequest.TryParse(body, counting: false, out _)!;
            Assert.Null(ChatRequestWriter.TryWrite(request, s_target, new TranslationReport(), output, out _));
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
