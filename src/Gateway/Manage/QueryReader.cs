using System.Globalization;
using Gateway.Authentication.Keys;
using Gateway.Metering.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Manage;

/// <summary>Takes the parameters out of a query string and gathers what is wrong with them. An empty one counts as absent.</summary>
internal sealed class QueryReader
{
    /// <summary>What is said to a whole key in an address.</summary>
    public const string WholeKey = "holds a whole key, and addresses are kept in logs: give its id, which is the part between the first and the second underscore, and rotate the key";

    private const string DayForms = "must be a day (UTC) such as 2030-01-31 or 20300131";

    private static readonly string[] s_days = ["yyyy-MM-dd", "yyyyMMdd"];
    private static readonly string[] s_times = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private readonly IQueryCollection _query;
    private readonly List<string> _errors = [];

    public QueryReader(IQueryCollection query, params string[] known)
    {
        _query = query;
        foreach ((string name, StringValues values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                string rest = known.Length == 0 ? "None is known here." : $"Known here: {string.Join(", ", known)}.";
                _errors.Add($"The query parameter '{(name.Length > 100 ? name[..100] : name)}' is unknown. {rest}");
            }
            else if (values.Count > 1)
            {
                _errors.Add($"The query parameter '{name}' is given more than once.");
            }
        }
    }

    /// <summary>Null when all is well.</summary>
    public ManageAnswer? Refusal => _errors.Count == 0 ? null : ManageAnswer.Invalid(_errors);

    public string? Text(string name) => _query[name] is [{ Length: > 0 } text] ? text : null;

    /// <summary>An id of a key; a whole key is refused with words that do not repeat it.</summary>
    public string? KeyId(string name)
    {
        if (Text(name) is { } text && KeyAdministration.IsWholeKey(text))
        {
            Wrong(name, WholeKey);
            return null;
        }

        return Text(name);
    }

    public DateOnly? Day(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, s_days, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            return day;
        }

        Wrong(name, DayForms);
        return null;
    }

    /// <summary>A day or a time; <c>IsDay</c> tells which.</summary>
    public (DateTimeOffset At, bool IsDay)? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, s_days, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            return (new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero), true);
        }

        // The plus of an offset is a space to whoever reads queries.
        if (DateTimeOffset.TryParseExact(text.Replace(' ', '+'), s_times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at))
        {
            return (at, false);
        }

        Wrong(name, $"{DayForms}, or a time such as 2030-01-31T15:30:00Z");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public int Whole(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        Wrong(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
        return otherwise;
    }

    public IReadOnlyDictionary<string, string?> Tags(string name)
    {
        if (!UsageFilter.TryReadTags(Text(name), out IReadOnlyDictionary<string, string?> tags))
        {
            Wrong(name, $"must be {UsageFilter.TagForms}");
        }

        return tags;
    }

    public T Choice<T>(string name, T otherwise, params (string Text, T Value)[] choices)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        foreach ((string known, T value) in choices)
        {
            if (text == known)
            {
                return value;
            }
        }

        Wrong(name, $"must be one of: {string.Join(", ", choices.Select(choice => choice.Text))}");
        return otherwise;
    }

    public void Wrong(string name, string right) => _errors.Add($"The query parameter '{name}' {right}.");
}
