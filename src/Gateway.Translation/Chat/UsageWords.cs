using System.Text;

namespace Gateway.Translation.Chat;

/// <summary>How a form of OpenAI's calls its counts. What they count is the same.</summary>
internal sealed class UsageWords(string input, string output)
{
    public static readonly UsageWords Chat = new("prompt_tokens", "completion_tokens");

    public static readonly UsageWords Responses = new("input_tokens", "output_tokens");

    private readonly byte[] _input = Encoding.UTF8.GetBytes(input);
    private readonly byte[] _output = Encoding.UTF8.GetBytes(output);
    private readonly byte[] _inputDetails = Encoding.UTF8.GetBytes(input + "_details");
    private readonly byte[] _outputDetails = Encoding.UTF8.GetBytes(output + "_details");

    public string InputName => input;

    public string OutputName => output;

    public ReadOnlySpan<byte> Input => _input;

    public ReadOnlySpan<byte> Output => _output;

    public ReadOnlySpan<byte> InputDetails => _inputDetails;

    public ReadOnlySpan<byte> OutputDetails => _outputDetails;
}
