using System.Text;
using System.Text.Json;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>Whatever an upstream sends, the client gets a well-formed answer or an error: never an exception, never half an event.</summary>
public class AnswerMutationTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Damaged_chunks_never_throw_and_give_a_well_formed_stream(string name)
    {
        (_, ChatExchange exchange, byte[] stream) = GoldenStreams.Load(name);
        string[] events = Encoding.UTF8.GetString(stream).Split("\n\n");
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            int victim = random.Next(events.Length);
            string[] damaged = [.. events];
            damaged[victim] = Damage(damaged[victim], random);
            AssertWellFormed(exchange, Encoding.UTF8.GetBytes(string.Join("\n\n", damaged)), seed);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Damaged_bytes_never_throw_and_give_a_well_formed_stream(string name)
    {
        (_, ChatExchange exchange, byte[] stream) = GoldenStreams.Load(name);
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            byte[] damaged = [.. stream];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            AssertWellFormed(exchange, damaged, seed);
        }
    }

    [Fact]
    public void Damaged_bodies_never_throw_and_give_a_message_or_an_error()
    {
        GoldenCase[] seeds = [.. GoldenCase.All(MessagesToChatGoldenTests.Direction).Where(c => c.UpstreamResponse is [(byte)'{', ..])];
        for (int i = 0; i < 2000; i++)
        {
            GoldenCase seed = seeds[i % seeds.Length];
            ChatExchange exchange = TranslationRun.Request(seed.ClientRequest, seed.ReadTarget()).Exchange!;
            byte[] body = new JsonMutator(new Random(i)).Mutate(seed.UpstreamResponse!);
            try
            {
                TranslationRun whole = TranslationRun.Whole(exchange, streaming: false, body);
                Assert.NotEqual(whole.Error is null, whole.Bytes.Length == 0);
                if (whole.Error is null)
                {
                    using JsonDocument message = JsonDocument.Parse(whole.Bytes, new JsonDocumentOptions { MaxDepth = 1000 });
                    Assert.Equal(JsonValueKind.Array, message.RootElement.GetProperty("content").ValueKind);
                    Assert.NotEmpty(message.RootElement.GetProperty("stop_reason").GetString()!);
                }

                EventGrammar.Check(TranslationRun.Whole(exchange, streaming: true, body).Bytes);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"body {i}, from {seed.Name}: {Encoding.UTF8.GetString(body)[..Math.Min(body.Length, 3000)]}", e);
            }
        }
    }

    public static TheoryData<string> Seeds => GoldenStreams.Names;

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
        catch (JsonException)
        {
            // Several data lines in one event: this one stays as it is.
            return sse;
        }
    }

    private static void AssertWellFormed(ChatExchange exchange, byte[] stream, int seed)
    {
        try
        {
            TranslationRun run = TranslationRun.Stream(exchange, streaming: true, stream, [], clean: true);
            EventGrammar grammar = EventGrammar.Check(run.Bytes);
            Assert.True(run.Bytes.Length == 0 ? run.Error is not null : grammar.Complete ^ grammar.Failed);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"seed {seed}: {Encoding.UTF8.GetString(stream)}", e);
        }
    }
}
