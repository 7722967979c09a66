using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests;

/// <summary>What must hold of every translator for every stream, however the network cuts it.</summary>
internal static class StreamProperties
{
    private const int Splits = 200;

    public static void AnyChunkingGivesTheSameBytes(byte[] upstream, Func<AnswerTranslator> create)
    {
        string whole = Run(upstream, [], create, out _);
        Assert.Equal(whole, Run(upstream, Enumerable.Range(1, Math.Max(0, upstream.Length - 1)), create, out _));

        Random random = new(20261121);
        for (int i = 0; i < Splits; i++)
        {
            int[] cuts = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(upstream.Length)).Order()];
            Assert.Equal(whole, Run(upstream, cuts, create, out _));
        }
    }

    /// <param name="upstream">The whole stream.</param>
    /// <param name="create">Makes a translator.</param>
    /// <param name="error">How an error begins on the client's wire.</param>
    /// <param name="end">How a complete stream ends there; a whole body has no mark.</param>
    public static void CutAnywhereEndsCompleteOrInOneError(byte[] upstream, Func<AnswerTranslator> create, string error, string end)
    {
        for (int length = 0; length <= upstream.Length; length++)
        {
            string client = Run(upstream.AsSpan(0, length).ToArray(), [], create, out AnswerTranslator translator);
            int errors = client.Split(error).Length - 1;
            if (!translator.Started)
            {
                Assert.NotNull(translator.Error);
                Assert.Empty(client);
            }
            else if (translator.Error is null)
            {
                Assert.True(translator.Completed);
                Assert.Equal(0, errors);
                Assert.True(!client.StartsWith("data:", StringComparison.Ordinal) || client.EndsWith(end, StringComparison.Ordinal), client);
            }
            else
            {
                Assert.True(translator.Completed);
                Assert.Equal(1, errors);
                Assert.EndsWith("\n\n", client, StringComparison.Ordinal);
                Assert.DoesNotContain(end, client, StringComparison.Ordinal);
                Assert.StartsWith(error, client[client.LastIndexOf(error, StringComparison.Ordinal)..], StringComparison.Ordinal);
                Assert.DoesNotContain("\n\n", client[client.LastIndexOf(error, StringComparison.Ordinal)..].TrimEnd(), StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Garbage from an upstream is an upstream's fault, never an exception, and the client always gets an end.</summary>
    /// <param name="upstream">The whole stream.</param>
    /// <param name="create">Makes a translator.</param>
    /// <param name="writesJson">The gateway writes each chunk itself, so all of them are JSON; a relay passes what it gets.</param>
    public static void NoiseNeverThrows(byte[] upstream, Func<AnswerTranslator> create, bool writesJson = false)
    {
        Random random = new(20261121);
        for (int i = 0; i < Splits; i++)
        {
            string client = Run(Noise.Of(upstream, random), [], create, out AnswerTranslator translator);
            Assert.True(translator.Completed || (translator.Error is not null && client.Length == 0));
            foreach (string line in writesJson ? client.Split("\n\n") : [])
            {
                if (line.StartsWith("data: {", StringComparison.Ordinal))
                {
                    JsonDocument.Parse(line[6..]).Dispose();
                }
            }
        }
    }

    private static string Run(byte[] upstream, IEnumerable<int> cuts, Func<AnswerTranslator> create, out AnswerTranslator translator)
    {
        using AnswerTranslator it = translator = create();
        int at = 0;
        foreach (int cut in cuts)
        {
            it.Read(upstream.AsSpan(at, cut - at));
            at = cut;
        }

        it.Read(upstream.AsSpan(at));
        it.End(clean: true);
        return Encoding.UTF8.GetString(it.Output.Span);
    }
}
