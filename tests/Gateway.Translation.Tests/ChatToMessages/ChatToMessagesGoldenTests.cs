using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.ChatToMessages;

public sealed class ChatToMessagesGoldenTests
{
    public static TheoryData<string> Cases => [.. ChatGolden.Names];

    public static TheoryData<string> Streams => [.. ChatGolden.StreamNames];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Wires_are_as_recorded(string name)
    {
        ChatGolden golden = new(name);
        TranslationReport report = new();
        ArrayBufferWriter<byte> upstream = new();
        GatewayError? refusal = golden.WriteRequest(report, upstream);
        if (refusal is not null)
        {
            Assert.Equal(0, upstream.WrittenCount);
            golden.Expect("error.json", ErrorFile(refusal));
            return;
        }

        golden.Expect("upstream-request.json", upstream.WrittenSpan);
        if (golden.Has("report.txt") || !report.IsEmpty)
        {
            golden.Expect("report.txt", Encoding.UTF8.GetBytes(report + "\n"));
        }

        if (golden.Has("upstream-stream.sse") || golden.Has("upstream-response.json"))
        {
            ExpectAnswer(golden);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Request_translation_is_a_pure_function(string name)
    {
        ChatGolden golden = new(name);
        ArrayBufferWriter<byte> first = new();
        ArrayBufferWriter<byte> second = new();
        TranslationReport firstReport = new();
        TranslationReport secondReport = new();

        Assert.Equal(golden.WriteRequest(firstReport, first), golden.WriteRequest(secondReport, second));

        Assert.Equal(first.WrittenSpan.ToArray(), second.WrittenSpan.ToArray());
        Assert.Equal(firstReport.ToString(), secondReport.ToString());
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Any_chunking_of_the_upstream_gives_the_same_bytes(string name)
    {
        ChatGolden golden = new(name);
        StreamProperties.AnyChunkingGivesTheSameBytes(golden.Read("upstream-stream.sse"), golden.NewTranslator);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Upstream_cut_anywhere_ends_complete_or_in_one_error(string name)
    {
        ChatGolden golden = new(name);
        StreamProperties.CutAnywhereEndsCompleteOrInOneError(golden.Read("upstream-stream.sse"), golden.NewTranslator, "data: {\"error\":", "data: [DONE]\n\n");
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Damaged_streams_never_throw(string name)
    {
        ChatGolden golden = new(name);
        StreamProperties.NoiseNeverThrows(golden.Read("upstream-stream.sse"), golden.NewTranslator);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Damaged_requests_never_throw(string name)
    {
        ChatGolden golden = new(name);
        byte[] body = golden.Read("client-request.json");
        Random random = new(20261121);
        for (int i = 0; i < 200; i++)
        {
            ArrayBufferWriter<byte> output = new();
            GatewayError? error = golden.WriteRequest(Noise.Of(body, random), new TranslationReport(), output);
            Assert.Equal(error is null, output.WrittenCount > 0);
            Assert.True(error is null || error.Status == 400);
            if (error is null)
            {
                JsonDocument.Parse(output.WrittenMemory).Dispose();
            }
        }
    }

    private static void ExpectAnswer(ChatGolden golden)
    {
        using MessagesAnswerTranslator translator = golden.NewTranslator();
        ArrayBufferWriter<byte> client = new();
        if (golden.Has("upstream-stream.sse"))
        {
            translator.Read(golden.Read("upstream-stream.sse"), client);
            translator.End(clean: true, client);
        }
        else
        {
            translator.ReadWhole(golden.Read("upstream-response.json"), client);
        }

        Assert.Equal(client.WrittenCount > 0, translator.Started);
        if (client.WrittenCount == 0)
        {
            golden.Expect("error.json", ErrorFile(translator.Error!));
            return;
        }

        Assert.True(translator.Completed);
        bool stream = client.WrittenSpan.StartsWith("data: "u8);
        golden.Expect(stream ? "client-stream.sse" : "client-response.json", client.WrittenSpan);
    }

    private static byte[] ErrorFile(GatewayError error)
    {
        ArrayBufferWriter<byte> output = new();
        output.Write(Encoding.UTF8.GetBytes($"{{\"status\":{ErrorBody.OpenAiStatus(error).ToString(CultureInfo.InvariantCulture)},\"body\":"));
        ErrorBody.WriteOpenAi(error, output);
        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }
}
