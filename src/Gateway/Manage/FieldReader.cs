using System.Globalization;
using System.Text.Json;

namespace Gateway.Manage;

/// <summary>
/// Takes the fields out of a JSON object and gathers what is wrong with them, each by its path and with what would be
/// right. A field that is absent, null or wrong reads as nothing; <see cref="Has"/> tells the first from the others.
/// </summary>
internal sealed class FieldReader
{
    private static readonly string[] s_times =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<string> _errors;

    public FieldReader(JsonElement value, string path, IReadOnlyList<string> known, List<string> errors)
    {
        (_object, _path, _errors) = (value, path, errors);
        foreach (JsonProperty field in value.EnumerateObject().Where(field => !known.Contains(field.Name, StringComparer.Ordinal)))
        {
            errors.Add($"{path}{Shown(field.Name)}: unknown field. Known here: {string.Join(", ", known)}.");
        }
    }

    public bool Has(string name) => _object.TryGetProperty(name, out _);

    public bool IsNull(string name) => _object.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    public string? Text(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => Wrong<string>(name, "must be a string", value),
        null => null,
    };

    public string RequiredText(string name) => Text(name) ?? Missing(name, "");

    public bool Flag(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } or null => false,
        { } value => Wrong<string>(name, "must be true or false", value) is not null,
    };

    /// <summary>A whole number that is not less than <paramref name="least"/>.</summary>
    public long? Whole(string name, long least) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out long number) && number >= least => number,
        { } value => WrongNumber<long>(name, $"must be a whole number, {least} or more", value),
        null => null,
    };

    /// <summary>Null when there is none, or something else.</summary>
    public IReadOnlyList<int>? Wholes(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)))
        {
            return [.. value.EnumerateArray().Select(item => item.GetInt32()).Order()];
        }

        _errors.Add($"{_path}{name}: must be a list of whole numbers.");
        return null;
    }

    public decimal? Amount(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetDecimal(out decimal number) && number >= 0 => number,
        { } value => WrongNumber<decimal>(name, "must be an amount in USD such as 12.50, 0 or more", value),
        null => null,
    };

    /// <summary>UTC unless it says otherwise.</summary>
    public DateTimeOffset? Time(string name, DateTimeOffset after)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!DateTimeOffset.TryParseExact(text, s_times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at))
        {
            _errors.Add($"{_path}{name}: must be a time such as 2030-01-31T12:00:00Z, or a date.");
            return null;
        }

        if (at <= after)
        {
            _errors.Add($"{_path}{name}: must lie in the future.");
        }

        return at;
    }

    public T Choice<T>(string name, T otherwise, params (string Text, T Value)[] choices)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        foreach ((string text, T choice) in choices)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(text))
            {
                return choice;
            }
        }

        _errors.Add($"{_path}{name}: must be one of {string.Join(", ", choices.Select(choice => $"\"{choice.Text}\""))}.");
        return otherwise;
    }

    public IReadOnlyList<string> Texts(string name) => Find(name) is { } value ? TextsOf(name, value) : [];

    public IReadOnlyDictionary<string, string> TextMap(string name) =>
        Map(name, "must be an object whose values are strings", (field, value) => value.ValueKind == JsonValueKind.String ? value.GetString() : Wrong<string>(field, "must be a string", value));

    public IReadOnlyDictionary<string, IReadOnlyList<string>> TextsMap(string name) =>
        Map(name, "must be an object whose values are lists of strings", (field, value) => (IReadOnlyList<string>)TextsOf(field, value));

    /// <summary>Null when the field is not an object.</summary>
    public FieldReader? Object(string name, IReadOnlyList<string> known) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Object } value => new FieldReader(value, $"{_path}{name}.", known, _errors),
        { } value => Wrong<FieldReader>(name, $"must be an object with some of: {string.Join(", ", known)}", value),
        null => null,
    };

    /// <summary>Each element of a list of objects.</summary>
    public IReadOnlyList<FieldReader> Objects(string name, IReadOnlyList<string> known)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
        {
            _errors.Add($"{_path}{name}: must be a list of objects with some of: {string.Join(", ", known)}.");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, i) => new FieldReader(item, $"{_path}{name}[{i}].", known, _errors))];
    }

    public T Missing<T>(string name, T instead)
    {
        // A field of the wrong kind has been named already.
        if (Find(name) is null)
        {
            _errors.Add($"{_path}{name}: Field required.");
        }

        return instead;
    }

    private JsonElement? Find(string name) =>
        _object.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string[] TextsOf(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong<string>(name, "must be a list of strings", value);
            return [];
        }

        if (value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            _errors.Add($"{_path}{name}: must be a list of nothing but strings.");
            return [];
        }

        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    private Dictionary<string, T> Map<T>(string name, string right, Func<string, JsonElement, T?> read)
        where T : class
    {
        Dictionary<string, T> map = new(StringComparer.Ordinal);
        if (Find(name) is not { } value)
        {
            return map;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong<string>(name, right, value);
            return map;
        }

        foreach (JsonProperty item in value.EnumerateObject())
        {
            if (read($"{name}.{Shown(item.Name)}", item.Value) is { } text)
            {
                map[item.Name] = text;
            }
        }

        return map;
    }

    /// <summary>Values are not repeated: the wrong one may be a secret.</summary>
    private T? Wrong<T>(string name, string right, JsonElement value)
        where T : class
    {
        _errors.Add($"{_path}{name}: {right}, not {Kind(value)}.");
        return null;
    }

    private T? WrongNumber<T>(string name, string right, JsonElement value)
        where T : struct
    {
        _errors.Add(value.ValueKind == JsonValueKind.Number ? $"{_path}{name}: {right}." : $"{_path}{name}: {right}, not {Kind(value)}.");
        return null;
    }

    private static string Shown(string name) => name.Length > 100 ? name[..100] + "..." : name;

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
