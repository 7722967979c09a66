using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Support;

namespace Gateway.Tests.Faults;

/// <summary>One call as an upstream plays it, byte by byte. Time passes when the play lets it.</summary>
/// <param name="stream">To the gateway.</param>
/// <param name="kind">The upstream's.</param>
/// <param name="streamed">The gateway asked for a stream.</param>
/// <param name="clock">The gateway's.</param>
/// <param name="gone">Ends when the gateway has closed the connection.</param>
/// <param name="cues">Between it and the client.</param>
internal sealed class UpstreamPlay(NetworkStream stream, string kind, bool streamed, FakeClock clock, Task gone, Cues cues)
{
    /// <summary>
    /// Many times any limit of the gateway: it waits for ever. Seconds that pass while it is at work, and not waiting, are no
    /// patience used up, and on a busy machine it is at work for most of them.
    /// </summary>
    private const int ForEver = 6000;

    public string Kind => kind;

    public bool Streamed => streamed;

    public Cues Cues => cues;

    /// <summary>The gateway has closed the connection.</summary>
    public Task Gone => gone;

    public string UsualType => streamed ? "text/event-stream" : "application/json";

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public Task SendAsync(byte[] bytes) => stream.WriteAsync(bytes).AsTask();

    /// <summary>A head whose body is written in chunks.</summary>
    public Task HeadAsync(int status = 200, string? type = null, string more = "") =>
        SendAsync($"HTTP/1.1 {status} Said\r\nContent-Type: {type ?? UsualType}\r\n{more}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");

    public Task ChunkAsync(string text) => SendAsync($"{text.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{text}\r\n");

    public Task ChunksAsync(IEnumerable<string> texts) => ChunkAsync(string.Concat(texts));

    public Task EndAsync(string trailers = "") => SendAsync($"0\r\n{trailers}\r\n");

    /// <summary>A whole answer that ends as HTTP wants it.</summary>
    public async Task AnswerAsync(string body, int status = 200, string? type = null, string more = "")
    {
        await HeadAsync(status, type, more);
        await ChunkAsync(body);
        await EndAsync();
    }

    public string GoodBody => streamed ? string.Concat(GoodAnswers.Events(kind)) : GoodAnswers.Whole(kind);

    /// <summary>The beginning of the good body: with a first word, and without its end.</summary>
    public string GoodBeginning => streamed ? string.Concat(GoodAnswers.Begin(kind)) : GoodAnswers.Whole(kind)[..60];

    public async Task BeginAsync()
    {
        await HeadAsync();
        await ChunkAsync(GoodBeginning);
    }

    /// <summary>The same, and what comes then finds a client whose stream has begun: read with the first word, it would still be for the next target.</summary>
    public async Task BeginAtClientAsync()
    {
        await BeginAsync();
        await (streamed ? cues.Begun.Task.PatientlyAsync() : Task.CompletedTask);
    }

    /// <summary>The wait of the gateway, in its seconds.</summary>
    public void Pass(double seconds) => clock.AdvanceSeconds(seconds);

    /// <summary>Time passes until the gateway has had enough.</summary>
    /// <param name="meanwhile">Done each second.</param>
    public async Task HangAsync(Func<Task>? meanwhile = null)
    {
        for (int second = 0; second < ForEver && !gone.IsCompleted; second++)
        {
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            clock.AdvanceSeconds(1);
            await Task.WhenAny(gone, Task.Delay(1));
        }

        cues.TooPatient |= !gone.IsCompleted;
    }

    /// <summary>Sends the same again and again, until the gateway has had enough. While it takes nothing, time passes.</summary>
    public async Task ForEverAsync(string text)
    {
        for (int i = 0; !gone.IsCompleted; i++)
        {
            Task sent = SendAsync(text);
            while (await Task.WhenAny(sent, Task.Delay(20)) != sent && !gone.IsCompleted)
            {
                clock.AdvanceSeconds(1);
            }

            await sent;
        }
    }

    /// <summary>Tells the client's side that its moment has come, and does nothing more.</summary>
    public async Task StayAsync()
    {
        cues.Reached.TrySetResult();
        await gone;
    }

    public void Reset() => stream.Socket.Close(0);
}

/// <summary>What upstream and client of one cell tell each other.</summary>
internal sealed class Cues
{
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The client has the head of its answer.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The gateway would have waited for ever.</summary>
    public bool TooPatient { get; set; }
}
