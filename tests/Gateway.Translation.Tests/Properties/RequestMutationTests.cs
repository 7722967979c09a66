using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>Whatever a client sends, it gets a translated request or a 400 that says why: never an exception.</summary>
public class RequestMutationTests
{
    private const int Requests = 2000;

    private static readonly GoldenCase[] s_toChat = [.. GoldenCase.All.Where(golden => golden.Set is { Client: ApiForm.Messages, Upstream: ApiForm.Chat })];

    /// <summary>Beside each case's own: what one family never sees another one trips over.</summary>
    private static readonly Profile[] s_profiles =
    [
        ModelFamilies.ProfileOf("gpt-5.4"),
        ModelFamilies.ProfileOf("deepseek-chat"),
        ModelFamilies.ProfileOf("gemini-2.5-pro"),
        ModelFamilies.ProfileOf("mistral-large"),
        ModelFamilies.ProfileOf("gemma-3") with { JsonSchema = false, ThinkingStyle = ThinkingStyle.ReasoningObject },
        Profile.Default with { SchemaDialect = SchemaDialect.Groq, ThinkingStyle = ThinkingStyle.EnableThinking, AbsentMeansOff = true, ImagesInToolResult = true, ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_details") },
    ];

    [Fact]
    public void Damaged_requests_become_valid_json_or_a_400()
    {
        // The mutator reads names of members, which half a character in one forbids.
        GoldenCase[] seeds = [.. s_toChat.Where(golden => golden.ClientRequest is [(byte)'{', .., (byte)'\n'] && JsonNames.AreReadable(golden.ClientRequest))];
        int accepted = 0;
        for (int i = 0; i < Requests; i++)
        {
            GoldenCase seed = seeds[i % seeds.Length];
            byte[] body = new JsonMutator(new Random(i)).Mutate(seed.ClientRequest);
            accepted += Check(seed, TargetOf(seed, i), body, i) ? 1 : 0;
        }

        // The damage must leave both outcomes something to prove.
        Assert.InRange(accepted, Requests / 10, Requests * 9 / 10);
    }

    [Fact]
    public void Damaged_bytes_become_valid_json_or_a_400()
    {
        Random random = new(20261121);
        int number = 0;
        foreach (GoldenCase seed in s_toChat)
        {
            for (int i = 0; i < 20; i++)
            {
                Check(seed, TargetOf(seed, number), Noise.Of(seed.ClientRequest, random), number++);
            }
        }
    }

    public static TheoryData<string> Others => [.. GoldenCase.All.Except(s_toChat).Where(golden => golden.Set.Kind == GoldenKind.Request).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Others))]
    public void Damaged_bytes_of_other_ways_never_throw(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        byte[] body = golden.ClientRequest;
        Random random = new(20261121);
        for (int i = 0; i < 200; i++)
        {
            GoldenExchange exchange = GoldenExchange.Of(golden, Noise.Of(body, random));
            Assert.Equal(exchange.Refusal is null, exchange.Upstream.Length > 0);
            Assert.True(exchange.Refusal is null or { Status: 400 });
            if (exchange.Refusal is null && !golden.Set.IsRelay)
            {
                // A relay looks at no more than it changes.
                JsonDocument.Parse(exchange.Upstream).Dispose();
            }
        }
    }

    /// <summary>A relay looks at no more than it changes, so what is wrong with a request is for its server to say.</summary>
    [Fact]
    public void Damaged_requests_of_other_ways_become_valid_json_or_a_400()
    {
        GoldenCase[] seeds = [.. GoldenCase.All.Except(s_toChat).Where(golden => golden.Set is { Kind: GoldenKind.Request, IsRelay: false } && golden.ClientRequest is [(byte)'{', .., (byte)'\n'] && JsonNames.AreReadable(golden.ClientRequest))];
        int accepted = 0;
        for (int i = 0; i < Requests * 3; i++)
        {
            GoldenCase seed = seeds[i % seeds.Length];
            byte[] body = new JsonMutator(new Random(i)).Mutate(seed.ClientRequest);
            try
            {
                GoldenExchange exchange = GoldenExchange.Of(seed, body);
                Assert.True(exchange.Refusal is null or { Status: 400, Message.Length: > 0 });
                Assert.Equal(exchange.Refusal is null, exchange.Upstream.Length > 0);
                if (exchange.Refusal is null)
                {
                    accepted++;
                    using JsonDocument upstream = JsonDocument.Parse(exchange.Upstream, new JsonDocumentOptions { MaxDepth = 1000 });
                    ReadStrings(upstream.RootElement);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"request {i}, from {seed.Name}: {Encoding.UTF8.GetString(body)[..Math.Min(body.Length, 3000)]}", e);
            }
        }

        Assert.InRange(accepted, Requests * 3 / 10, Requests * 3 * 9 / 10);
    }

    private static ChatUpstream TargetOf(GoldenCase seed, int number) =>
        number % 2 == 0 ? GoldenTarget.Of(seed) : GoldenTarget.With(s_profiles[number / 2 % s_profiles.Length]);

    private static bool Check(GoldenCase seed, ChatUpstream target, byte[] body, int number)
    {
        try
        {
            TranslationRun run = TranslationRun.Request(body, target);
            if (run.Context is null)
            {
                Assert.NotNull(run.Error);
                Assert.Equal(400, run.Error.Status);
                Assert.NotEmpty(run.Error.Message);
                return false;
            }

            using JsonDocument upstream = JsonDocument.Parse(run.Bytes, new JsonDocumentOptions { MaxDepth = 1000 });
            ReadStrings(upstream.RootElement);
            Assert.True(upstream.RootElement.GetProperty("messages").GetArrayLength() > 0);
            _ = run.Report;
            return true;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"request {number}, from {seed.Name}: {Encoding.UTF8.GetString(body)[..Math.Min(body.Length, 3000)]}", e);
        }
    }

    /// <summary>Half a surrogate pair is legal JSON and yet no text: many servers answer it with a 500.</summary>
    private static void ReadStrings(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadStrings(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    ReadStrings(item);
                }

                break;
        }
    }
}
