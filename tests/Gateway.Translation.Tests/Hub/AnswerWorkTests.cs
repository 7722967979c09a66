using System.Text;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Hub;

/// <summary>Runs alone: what is measured is the work of the whole process.</summary>
[CollectionDefinition(nameof(AnswerWorkTests), DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>What an answer costs grows with its length and no faster, and no event costs memory.</summary>
[Collection(nameof(AnswerWorkTests))]
public sealed class AnswerWorkTests
{
    private const int Calls = 5_000;
    private const int Times = 16;

    public enum CallOrder
    {
        /// <summary>Each whole, one after the other.</summary>
        Whole,

        /// <summary>All are begun, then all get their arguments.</summary>
        Interleaved,

        /// <summary>Without numbers: each piece names its call.</summary>
        ById,
    }

    public static TheoryData<ApiForm, ApiForm, bool> Directions
    {
        get
        {
            TheoryData<ApiForm, ApiForm, bool> all = [];
            foreach (ApiForm upstream in Enum.GetValues<ApiForm>())
            {
                foreach (ApiForm client in Enum.GetValues<ApiForm>())
                {
                    all.Add(upstream, client, true);
                    all.Add(upstream, client, false);
                }
            }

            return all;
        }
    }

    /// <summary>Of work that grows with the square, 16 times as many calls take 256 times as long.</summary>
    [Theory]
    [InlineData(CallOrder.Whole)]
    [InlineData(CallOrder.Interleaved)]
    [InlineData(CallOrder.ById)]
    public void Work_grows_with_the_number_of_calls_and_no_faster(CallOrder order)
    {
        Work(Stream(order, Calls / 10));
        double few = Enumerable.Range(0, 3).Min(_ => Work(Stream(order, Calls)));
        double many = Work(Stream(order, Calls * Times));
        Assert.InRange(many, 0, Math.Max(few, 10) * Times * 4);
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public void No_event_costs_memory(ApiForm upstream, ApiForm client, bool call)
    {
        long few = Allocated(upstream, client, call, events: 10);
        long many = Allocated(upstream, client, call, events: 2_000);
        Assert.InRange(many, 0, few + 1024);
    }

    /// <summary>Processor time in milliseconds, in which a busy machine makes no difference.</summary>
    private static double Work(byte[] stream)
    {
        GC.Collect();
        TimeSpan before = Environment.CpuUsage.UserTime;
        using AnswerTranslator translator = Translate(ApiForm.Chat, ApiForm.Messages);
        translator.Read(stream);
        translator.End(clean: true);
        Assert.True(translator is { Completed: true, Error: null });
        return (Environment.CpuUsage.UserTime - before).TotalMilliseconds;
    }

    private static byte[] Stream(CallOrder order, int calls)
    {
        StringBuilder stream = new();
        for (int i = 0; i < calls; i++)
        {
            string index = order == CallOrder.ById ? "" : $"\"index\":{i},";
            Chunk($$$"""{{{{index}}}"id":"c{{{i}}}","function":{"name":"f","arguments":"{{{(order == CallOrder.Whole ? "{}" : "")}}}"}}""");
        }

        for (int i = 0; i < calls && order != CallOrder.Whole; i++)
        {
            Chunk(order == CallOrder.ById ? $$$"""{"id":"c{{{i}}}","function":{"arguments":"{}"}}""" : $$$"""{"index":{{{i}}},"function":{"arguments":"{}"}}""");
        }

        stream.Append("""data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""").Append("\n\n");
        return Encoding.UTF8.GetBytes(stream.ToString());

        void Chunk(string call) => stream.Append("""data: {"choices":[{"index":0,"delta":{"tool_calls":[""").Append(call).Append("]}}]}\n\n");
    }

    /// <summary>In bytes, once everything is compiled and the pools are filled.</summary>
    private static long Allocated(ApiForm upstream, ApiForm client, bool call, int events)
    {
        (byte[] head, byte[] piece) = upstream switch
        {
            ApiForm.Chat => ChatPieces(call),
            ApiForm.Responses => ResponsesPieces(call),
            _ => MessagesPieces(call),
        };
        long before = 0;
        for (int run = 0; run < 3; run++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            using AnswerTranslator translator = Translate(upstream, client);
            translator.Read(head);
            for (int i = 0; i < events; i++)
            {
                translator.Read(piece);
                translator.Output.Clear();
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static (byte[] Head, byte[] Piece) ChatPieces(bool call) => call
        ? (Chunk("""{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{\"a\":\""}}]}"""), Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":" b\\n"}}]}"""))
        : ([], Chunk("""{"content":" a\n"}"""));

    private static byte[] Chunk(string delta) => Encoding.UTF8.GetBytes($$"""data: {"id":"c","choices":[{"index":0,"delta":{{delta}},"finish_reason":null}]}""" + "\n\n");

    private static (byte[] Head, byte[] Piece) MessagesPieces(bool call) => (
        [
            .. Event("message_start", """ "message":{"id":"msg_1","model":"m","usage":{"input_tokens":1,"output_tokens":1}}"""),
            .. Event("content_block_start", call ? """ "index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}""" : """ "index":0,"content_block":{"type":"text","text":""}"""),
        ],
        Event("content_block_delta", call ? """ "index":0,"delta":{"type":"input_json_delta","partial_json":" b\\n"}""" : """ "index":0,"delta":{"type":"text_delta","text":" a\n"}"""));

    private static (byte[] Head, byte[] Piece) ResponsesPieces(bool call) => call
        ? ([
            .. Event("response.output_item.added", """ "output_index":0,"item":{"type":"function_call","call_id":"c","name":"f","arguments":""}"""),
            .. Event("response.function_call_arguments.delta", """ "output_index":0,"delta":"{\"a\":\"" """),
          ], Event("response.function_call_arguments.delta", """ "output_index":0,"delta":" b\\n" """))
        : ([], Event("response.output_text.delta", """ "output_index":0,"content_index":0,"item_id":"m","delta":" a\n" """));

    private static byte[] Event(string type, string members) => Encoding.UTF8.GetBytes($$"""
        event: {{type}}
        data: {"type":"{{type}}",{{members}}}


        """);

    private static AnswerTranslator Translate(ApiForm upstream, ApiForm client) =>
        Answers.Translate(upstream, client, new AnswerContext { Model = "m", Id = "msg_1", Streaming = true });
}
