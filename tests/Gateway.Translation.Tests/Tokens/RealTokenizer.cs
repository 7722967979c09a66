using System.Text;
using Microsoft.ML.Tokenizers;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>o200k_base, the tokenizer of OpenAI's models since GPT-4o.</summary>
internal static class RealTokenizer
{
    private static readonly TiktokenTokenizer s_o200k = TiktokenTokenizer.CreateForEncoding("o200k_base");

    public static int Count(string text) => s_o200k.CountTokens(text);

    public static long Count(ReadOnlySpan<byte> utf8) => Count(Encoding.UTF8.GetString(utf8));
}
