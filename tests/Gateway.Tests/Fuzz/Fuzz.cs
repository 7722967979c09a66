using System.Globalization;
using System.Text;
using CsCheck;
using Xunit.Abstractions;

namespace Gateway.Tests.Fuzz;

/// <summary>
/// Runs one target with inputs that CsCheck makes, counts the kinds of answer, and shrinks what fails. A failure prints its
/// seed: GATEWAY_FUZZ_SEED makes the same inputs again. GATEWAY_FUZZ_SECONDS is how long each target runs.
/// </summary>
internal static class Fuzz
{
    public const string Category = "Fuzz";

    private static readonly int s_seconds = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_FUZZ_SECONDS") ?? "1", CultureInfo.InvariantCulture);
    private static readonly string? s_seed = Environment.GetEnvironmentVariable("GATEWAY_FUZZ_SEED") is { Length: > 0 } seed ? seed : null;

    /// <param name="inputs">What to try.</param>
    /// <param name="kindOfAnswer">Tries one input; throws when the answer is wrong.</param>
    /// <param name="output">Where the counts go.</param>
    public static Task RunAsync(Gen<byte[]> inputs, Func<byte[], Task<string>> kindOfAnswer, ITestOutputHelper output) =>
        inputs.SampleAsync(kindOfAnswer, output.WriteLine, s_seed, time: s_seconds, threads: 1, print: Show);

    /// <summary>What a failure prints: text as it is, the rest escaped, so that it can stand in a C# string.</summary>
    private static string Show(byte[] input)
    {
        StringBuilder text = new();
        foreach (byte each in input.AsSpan(0, Math.Min(input.Length, 4000)))
        {
            _ = each is >= 0x20 and < 0x7F ? text.Append((char)each) : text.Append(CultureInfo.InvariantCulture, $"\\x{each:X2}");
        }

        return input.Length > 4000 ? text.Append(" ...").ToString() : text.ToString();
    }
}
