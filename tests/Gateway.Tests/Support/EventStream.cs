using System.Text.Json;

namespace Gateway.Tests.Support;

/// <summary>Reads an event stream as a client does, one event at a time.</summary>
public sealed class EventStream(Stream stream) : IDisposable
{
    private readonly StreamReader _reader = new(stream);

    public static async Task<EventStream> OpenAsync(HttpResponseMessage response) => new(await response.Content.ReadAsStreamAsync());

    /// <summary>The next event, or null at the end of the stream.</summary>
    public async Task<(string Name, JsonElement Data)?> ReadAsync()
    {
        string name = "";
        string data = "";
        while (await _reader.ReadLineAsync() is { } line)
        {
            if (line.Length == 0 && data.Length > 0)
            {
                return (name, JsonElement.Parse(data));
            }

            name = line.StartsWith("event: ", StringComparison.Ordinal) ? line["event: ".Length..] : name;
            data = line.StartsWith("data: ", StringComparison.Ordinal) ? line["data: ".Length..] : data;
        }

        return null;
    }

    public async Task<List<(string Name, JsonElement Data)>> ReadAllAsync()
    {
        List<(string, JsonElement)> events = [];
        while (await ReadAsync() is { } next)
        {
            events.Add(next);
        }

        return events;
    }

    public void Dispose() => _reader.Dispose();
}
