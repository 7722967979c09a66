using BenchmarkDotNet.Attributes;
using Gateway.Translation;
using Gateway.Translation.Hub;

namespace Gateway.Benchmarks;

/// <summary>Who is answered by whom: a client and an upstream, each of one form.</summary>
public enum Direction
{
    /// <summary>A Messages client, a Chat upstream.</summary>
    MessagesFromChat,

    /// <summary>A Chat client, a Messages upstream.</summary>
    ChatFromMessages,

    /// <summary>Both speak Messages.</summary>
    MessagesRelay,

    /// <summary>Both speak Chat.</summary>
    ChatRelay,
}

/// <summary>What an answer costs on its way back, in every direction. Compare runs that were made in turns: nanoseconds belong to a machine.</summary>
[MemoryDiagnoser]
public class AnswerBenchmarks
{
    /// <summary>About what one read of a socket brings while a model speaks.</summary>
    private const int ReadSize = 1024;

    private byte[] _text = [];
    private byte[] _call = [];
    private byte[] _whole = [];

    [ParamsAllValues]
    public Direction Direction { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        bool fromChat = Direction is Direction.MessagesFromChat or Direction.ChatRelay;
        _text = fromChat ? ChatAnswers.Text(500) : MessagesAnswers.Text(500);
        _call = fromChat ? ChatAnswers.ToolCall(200) : MessagesAnswers.ToolCall(200);
        _whole = fromChat ? ChatAnswers.Whole(500) : MessagesAnswers.Whole(500);
    }

    /// <summary>Text in 500 events.</summary>
    [Benchmark]
    public int StreamOf500Events() => Read(_text);

    /// <summary>One call whose arguments come in 200 pieces.</summary>
    [Benchmark]
    public int ToolCallOf200Chunks() => Read(_call);

    /// <summary>The same text as one body.</summary>
    [Benchmark]
    public int WholeAnswer()
    {
        using AnswerTranslator translator = Create(streaming: false);
        translator.ReadWhole(_whole);
        return Written(translator);
    }

    private int Read(byte[] stream)
    {
        using AnswerTranslator translator = Create(streaming: true);
        for (int i = 0; i < stream.Length; i += ReadSize)
        {
            translator.Read(stream.AsSpan(i, Math.Min(ReadSize, stream.Length - i)));
        }

        translator.End(clean: true);
        return Written(translator);
    }

    /// <summary>An answer that went wrong is soon read.</summary>
    private static int Written(AnswerTranslator translator) =>
        translator is { Completed: true, Error: null } ? translator.Output.Length : throw new InvalidOperationException($"The answer did not come to its end: {translator.Error}");

    private AnswerTranslator Create(bool streaming) => Direction switch
    {
        Direction.MessagesFromChat => Answers.Translate(ApiForm.Chat, ApiForm.Messages, Context(streaming)),
        Direction.ChatFromMessages => Answers.Translate(ApiForm.Messages, ApiForm.Chat, Context(streaming)),
        Direction.MessagesRelay => Answers.Translate(ApiForm.Messages, ApiForm.Messages, Context(streaming)),
        Direction.ChatRelay => Answers.Translate(ApiForm.Chat, ApiForm.Chat, Context(streaming)),
        _ => throw new InvalidOperationException($"Nobody answers {Direction}."),
    };

    private static AnswerContext Context(bool streaming) =>
        new() { Model = "claude-sonnet-4-5", Id = "msg_1", RequestId = "req_1", Created = 1, Streaming = streaming, IncludeUsage = true };
}
