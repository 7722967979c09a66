using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>Whatever an upstream sends, the client gets a well-formed answer or an error: never an exception, never half an event.</summary>
public class AnswerMutationTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Damaged_chunks_never_throw_and_give_a_well_formed_stream(string name)
    {
        (_, AnswerContext context, byte[] stream) = GoldenStreams.Load(name);
        string[] events = Encoding.UTF8.GetString(stream).Split("\n\n");
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            int victim = random.Next(events.Length);
            string[] damaged = [.. events];
            damaged[victim] = Damage(damaged[victim], random);
            AssertWellFormed(context, Encoding.UTF8.GetBytes(string.Join("\n\n", damaged)), seed);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Damaged_bytes_never_throw_and_give_a_well_formed_stream(string name)
    {
        (_, AnswerContext context, byte[] stream) = GoldenStreams.Load(name);
        for (int seed = 0; seed < 200; seed++)
        {
            AssertWellFormed(context, Noise.Of(stream, new Random(seed)), seed);
        }
    }

    /// <summary>Deeper than JSON documents are read by default.</summary>
    [Theory]
    [InlineData("annotations")]
    [InlineData("reasoning_details")]
    [InlineData("content")]
    [InlineData("tool_calls")]
    [InlineData("refusal")]
    public void Deep_nesting_never_throws(string member)
    {
        (_, AnswerContext context, _) = GoldenStreams.Load("MessagesFromChat/Answer/reasoning-details-stream-as-thinking");
        foreach (int depth in (int[])[60, 70, 130, 240, 260, 1000])
        {
            string deep = new string('[', depth) + new string(']', depth);
            string json = """{"choices":[{"delta":{"MEMBER":[{"type":"x","index":0,"function":{"name":"a","arguments":DEEP},"data":DEEP,"extra_content":{"x":DEEP}}]},"finish_reason":"stop"}]}"""
                .Replace("MEMBER", member, StringComparison.Ordinal).Replace("DEEP", deep, StringComparison.Ordinal);
            AssertWellFormed(context, Encoding.UTF8.GetBytes($"data: {json}\n\n"), depth);
        }
    }

    [Fact]
    public void Damaged_bodies_never_throw_and_give_a_message_or_an_error()
    {
        GoldenCase[] seeds = [.. GoldenCase.All.Where(golden => golden is { Set.Client: ApiForm.Messages, Set.Upstream: ApiForm.Chat, UpstreamResponse: [(byte)'{', ..] })];
        for (int i = 0; i < 4000; i++)
        {
            GoldenCase seed = seeds[i % seeds.Length];
            AnswerContext context = TranslationRun.Request(seed.ClientRequest, GoldenTarget.Of(seed)).Context!;
            byte[] body = i % 2 == 0 ? new JsonMutator(new Random(i)).Mutate(seed.UpstreamResponse!) : Noise.Of(seed.UpstreamResponse!, new Random(i));
            try
            {
                TranslationRun whole = TranslationRun.Whole(context, streaming: false, body);
                Assert.NotEqual(whole.Error is null, whole.Bytes.Length == 0);
                if (whole.Error is null)
                {
                    MessageStream.CheckBody(whole.Bytes);
                }

                MessageStream.Check(TranslationRun.Whole(context, streaming: true, body).Bytes);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"body {i}, from {seed.Name}: {Encoding.UTF8.GetString(body)[..Math.Min(body.Length, 3000)]}", e);
            }
        }
    }

    public static TheoryData<string> Seeds => GoldenStreams.MessagesFromChat;

    private static string Damage(string sse, Random random)
    {
        int start = sse.IndexOf('{', StringComparison.Ordinal);
        if (start < 0)
        {
            return sse;
        }

        try
        {
            return sse[..start] + Encoding.UTF8.GetString(new JsonMutator(random).Mutate(Encoding.UTF8.GetBytes(sse[start..])));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Several data lines in one event, or half a character in a name: this one stays as it is.
            return sse;
        }
    }

    private static void AssertWellFormed(AnswerContext context, byte[] stream, int seed)
    {
        try
        {
            TranslationRun run = TranslationRun.Stream(context, streaming: true, stream, [], clean: true);
            StreamEnd end = MessageStream.Check(run.Bytes);
            Assert.Equal(run.Bytes.Length == 0 ? StreamEnd.Empty : run.Error is null ? StreamEnd.Complete : StreamEnd.Error, end);
            Assert.True(run.Completed || run.Error is not null);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"seed {seed}: {Encoding.UTF8.GetString(stream)}", e);
        }
    }
}
