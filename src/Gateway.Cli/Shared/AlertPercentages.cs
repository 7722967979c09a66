using System.CommandLine;
using System.Globalization;
using Gateway.Authentication.Access;

namespace Gateway.Cli.Shared;

/// <summary>What <c>--alert-at</c> was given: percentages, none, or the usual ones.</summary>
internal sealed record AlertPercentages(IReadOnlyList<int>? Value)
{
    private const string None = "none";
    private const string Usual = "default";

    public static Option<AlertPercentages?> Option() => new("--alert-at")
    {
        Description = $"Percentages of its budgets at which webhooks are told. Default: {string.Join(',', Limits.UsualAlerts)}.",
        HelpName = $"50,80,100|{None}|{Usual}",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text is None or Usual)
            {
                return new AlertPercentages(text == None ? [] : null);
            }

            List<int> percentages = [];
            foreach (string item in text.Split(','))
            {
                if (!int.TryParse(item.Trim().TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out int percent))
                {
                    result.AddError($"--alert-at takes percentages such as 50,80,100, or '{None}', or '{Usual}'.");
                    return null;
                }

                percentages.Add(percent);
            }

            return new AlertPercentages([.. percentages.Order()]);
        },
    };
}
