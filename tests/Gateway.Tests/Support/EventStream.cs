using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Gateway.Tests.Support;

/// <summary>Reads an event stream as a client does, one event at a time.</summary>
public sealed class EventStream(Stream stream) : IDisposable
{
    private readonly IAsyncEnumerator<SseItem<JsonElement>> _events =
        SseParser.Create(stream, (_, data) => JsonElement.Parse(data)).EnumerateAsync().GetAsyncEnumerator();

    public static async Task<EventStream> OpenAsync(HttpResponseMessage response) => new(await response.Content.ReadAsStreamAsync());

    /// <summary>The next event, or null at the end of the stream.</summary>
    public async Task<(string Name, JsonElement Data)?> ReadAsync() =>
        await _events.MoveNextAsync() ? (_events.Current.EventType, _events.Current.Data) : null;

    public async Task<List<(string Name, JsonElement Data)>> ReadAllAsync()
    {
        List<(string, JsonElement)> events = [];
        while (await ReadAsync() is { } next)
        {
            events.Add(next);
        }

        return events;
    }

    public void Dispose() => stream.Dispose();
}
