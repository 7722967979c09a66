using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tokens;

namespace Gateway.Benchmarks;

/// <summary>
/// The cost of translating a request, next to that of reading and writing the same bytes with the framework's own reader and
/// writer. Compare ratios: nanoseconds belong to a machine.
/// </summary>
[MemoryDiagnoser]
public class RequestBenchmarks
{
    private static readonly ChatUpstream s_target = new("claude-sonnet-4-5", "openai", "gpt-4o", Profile.Default);
    private readonly byte[] _request = RequestSample.OfAgent();
    private readonly byte[] _chat = Translated(RequestSample.OfAgent());

    [Benchmark(Baseline = true)]
    public int ParseAndWriteRequest()
    {
        using PooledBuffer output = new(_request.Length + 1024);
        using JsonDocument document = JsonDocument.Parse(_request);
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        document.RootElement.WriteTo(json);
        json.Flush();
        return output.Length;
    }

    [Benchmark]
    public int TranslateRequestOf100KB()
    {
        using PooledBuffer output = new(_request.Length + 1024);
        using MessagesRequest request = MessagesRequest.TryParse(_request, counting: false, out _)!;
        ChatRequestWriter.TryWrite(request, s_target, new TranslationReport(), output, out _);
        return output.Length;
    }

    /// <summary>The other way: a Chat client asks Claude, through the hub's request.</summary>
    [Benchmark]
    public int TranslateChatRequestOf100KB()
    {
        using PooledBuffer output = new(_chat.Length + 1024);
        if (!ChatRequest.TryParse(_chat, out ChatRequest? request, out _))
        {
            return 0;
        }

        using (request)
        {
            MessagesRequestWriter.Write(request, "claude-sonnet-4-5", Profile.Default, new TranslationReport(), output);
            return output.Length;
        }
    }

    /// <summary>Of the translated request; the other one is made for every request.</summary>
    [Benchmark]
    public long CountTokensOf100KB() => TokenEstimator.Count(_chat, "gpt-4o");

    [Benchmark]
    public long GuessTokensOf100KB() => TokenEstimator.Quick(_chat);

    private static byte[] Translated(byte[] json)
    {
        using PooledBuffer output = new(json.Length + 1024);
        using MessagesRequest request = MessagesRequest.TryParse(json, counting: false, out _)!;
        ChatRequestWriter.TryWrite(request, s_target, new TranslationReport(), output, out _);
        return output.Span.ToArray();
    }
}
