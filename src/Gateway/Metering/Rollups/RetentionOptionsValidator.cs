using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gateway.Metering.Rollups;

/// <summary>Stops the start with the name of the setting and what would be right.</summary>
internal sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    /// <summary>Totals of a day are computed from its rows up to two days after it.</summary>
    private const int Fewest = 3;

    private const int Most = 36_500;

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        ValidateOptionsResultBuilder result = new();
        Check(result, nameof(RetentionOptions.UsageDays), options.UsageDays);
        Check(result, nameof(RetentionOptions.RollupDays), options.RollupDays);
        return result.Build();
    }

    /// <summary>What is wrong, whoever asks.</summary>
    public static IEnumerable<string> Mistakes(IConfiguration configuration)
    {
        RetentionOptions options = new();
        options.ReadFrom(configuration);
        return new RetentionOptionsValidator().Validate(null, options).Failures ?? [];
    }

    private static void Check(ValidateOptionsResultBuilder result, string key, int days)
    {
        if (days is not 0 and (< Fewest or > Most))
        {
            result.AddError($"{RetentionOptions.Section}:{key} must be a whole number of days from {Fewest} to {Most}, or 0 to keep everything.");
        }
    }
}
