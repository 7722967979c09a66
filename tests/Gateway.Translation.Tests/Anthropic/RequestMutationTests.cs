using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>Whatever a client sends, the upstream gets JSON or the client a 400; an exception would be our bug.</summary>
public sealed class RequestMutationTests
{
    private const int Mutations = 2000;

    private static readonly Profile[] s_profiles =
    [
        Profile.Default,
        ModelFamilies.ProfileOf("gpt-5.4"),
        ModelFamilies.ProfileOf("deepseek-chat"),
        ModelFamilies.ProfileOf("gemini-2.5-pro"),
        ModelFamilies.ProfileOf("mistral-large"),
        ModelFamilies.ProfileOf("gemma-3") with { JsonSchema = false, ThinkingStyle = ThinkingStyle.ReasoningObject },
        Profile.Default with { SchemaDialect = SchemaDialect.Groq, ThinkingStyle = ThinkingStyle.EnableThinking, AbsentMeansOff = true, ImagesInToolResult = true, ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_details") },
    ];

    [Fact]
    public void Mutated_requests_give_json_or_a_400()
    {
        string[] bodies = [.. RequestGolden.Names.Select(name => new RequestGolden(name)).Where(g => g.Has("upstream-request.json")).Select(g => Encoding.UTF8.GetString(g.ClientRequest)).Where(IsText)];
        Random random = new(20261121);
        JsonMutator mutator = new(random);
        int sent = 0;
        for (int i = 0; i < Mutations; i++)
        {
            string body = mutator.Mutate(bodies[i % bodies.Length]);
            sent += Translate(Encoding.UTF8.GetBytes(body), s_profiles[random.Next(s_profiles.Length)], body) ? 1 : 0;
        }

        // Mutations that all end in errors would test nothing but the checks.
        Assert.InRange(sent, Mutations / 5, Mutations);
    }

    [Fact]
    public void Damaged_bytes_give_json_or_a_400()
    {
        Random random = new(52);
        foreach (string name in RequestGolden.Names)
        {
            byte[] body = new RequestGolden(name).ClientRequest;
            for (int i = 0; i < 20; i++)
            {
                byte[] noisy = Noise.Of(body, random);
                Translate(noisy, s_profiles[random.Next(s_profiles.Length)], Convert.ToHexString(noisy));
            }
        }
    }

    /// <summary>The mutator's object model cannot read half a surrogate pair, only write it.</summary>
    private static bool IsText(string body) => !body.Contains("\\ud800", StringComparison.Ordinal);

    private static bool Translate(byte[] body, Profile profile, string shown)
    {
        try
        {
            ArrayBufferWriter<byte> output = new();
            GatewayError? error = RequestGolden.Translate(body, RequestGolden.TargetOf(profile), output, out _);
            if (error is null)
            {
                JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 256 }).Dispose();
            }

            Assert.Equal(400, error?.Status ?? 400);
            return error is null;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{profile.SchemaDialect}: {shown}", e);
        }
    }
}
