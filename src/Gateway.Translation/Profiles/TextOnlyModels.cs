using System.Text.RegularExpressions;

namespace Gateway.Translation.Profiles;

/// <summary>Models that are known to see no images. A name that nobody knows may see them.</summary>
internal static class TextOnlyModels
{
    /// <summary>Variants of such models that see all the same say so in their names.</summary>
    private static readonly Regex s_sees = Pattern(@"(^|[-_.:\d])(vl|vision|multimodal|omni|ocr)([-_.:\d]|$)");

    private static readonly Regex s_textOnly = Pattern(string.Join('|',
    [
        // OpenAI. Azure spells 3.5 without its dot.
        @"^gpt-3\.?5", @"^gpt-4(-\d{4}(-preview)?|-32k.*|-turbo-preview)?$", "^gpt-oss", "^o1-(mini|preview)", "^o3-mini",

        // DeepSeek's Flash sees since V4.1, and answers to the name of V4 Flash, too.
        "^deepseek-(chat|reasoner|coder|r1|v[23]|v4-pro)",

        @"^(open-)?(mixtral|codestral|mathstral)|^open-mistral|^mistral-(7b|nemo|tiny)|^mistral-(small|medium|large)-2[34]\d\d|^(devstral|magistral)-(small|medium)-250[567]",

        // Qwen sees from 3.5 on, but for the largest; the names without a number are of the generations before.
        @"^qwen-?(1\.5|2|2\.5|3)([-:]|$)|^qwen-(\D|\d+b)|^qwen(:|$)|^qwen3\.[67]-max|^qwq|^code-?qwen",
        "^kimi-k2([-:]|$)", "^moonshot-v1-(8k|32k|128k|auto)$", @"^glm-[45](\.\d)?([-:]|$)|^(chat)?glm-?[23]", "^minimax-(m1|m2|text)",
        "^grok-(1|2|3|code)", @"^(meta-)?llama-?v?[123]([-:.p]|$)|^code-?llama",
        @"^gemma(-?[12])?(:|$)|^gemma-?[12][-.]|^gemma-[27]b|^gemma-?3[-:](1b|270m)|^codegemma",
        @"^phi-?[1-4]|^command-(a-\d|r|light|nightly)|^(smollm|granite|hermes|yi-|internlm|olmo|exaone|starcoder)",
    ]));

    public static bool Holds(string model) => s_textOnly.IsMatch(model) && !s_sees.IsMatch(model);

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
