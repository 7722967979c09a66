using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gateway.Settings;

/// <summary>Reads settings that are numbers above 0, and gathers what is wrong with them.</summary>
internal sealed class NumberSettings(IConfiguration configuration)
{
    private readonly List<string> _errors = [];

    /// <exception cref="ConfigurationException">At least one setting was wrong; all of them are named.</exception>
    public void ThrowIfWrong()
    {
        if (_errors.Count > 0)
        {
            throw new ConfigurationException(_errors);
        }
    }

    public int ReadWhole(string key, int unsaid, int least, int most, string unit)
    {
        if (configuration[key] is not { Length: > 0 } text)
        {
            return unsaid;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        _errors.Add($"{key} is '{text}'; it must be a whole number of {unit} from {least} to {most}, for example {unsaid}.");
        return unsaid;
    }

    public double Read(string key, double unsaid, double most, string unit)
    {
        if (configuration[key] is not { Length: > 0 } text)
        {
            return unsaid;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number) && number > 0 && number <= most)
        {
            return number;
        }

        _errors.Add($"{key} is '{text}'; it must be a number of {unit} above 0 and up to {most}, for example {unsaid}.");
        return unsaid;
    }
}
