using System.Text;
using Gateway.Tests.Support;

namespace Gateway.Tests.Faults;

/// <summary>An answer begins, and is not what it should be.</summary>
internal static class AnswerFaults
{
    public static IReadOnlyList<UpstreamFault> All { get; } =
    [
        new("hangs after its head", Then(play => play.HeadAsync(), play => play.HangAsync())),
        new("silence in the middle", Then(play => play.BeginAsync(), play => play.HangAsync())),
        new("comments only (white space in a whole answer)", Then(play => play.HeadAsync(), play => play.HangAsync(() => play.ChunkAsync(Nothing(play))))),
        new("comments only, from the middle on", Then(play => play.BeginAsync(), play => play.HangAsync(() => play.ChunkAsync(Nothing(play))))),
        new("eight bytes a second", DripAsync),
        new("cut after its head", Then(play => play.HeadAsync(), Reset)),
        new("cut in its first event", Then(play => play.HeadAsync(), play => play.ChunkAsync(play.GoodBody[..20]), Reset)),
        new("cut in the middle", Then(play => play.BeginAtClientAsync(), Reset)),
        new("cut before its last event", Then(play => play.HeadAsync(), play => play.ChunkAsync(play.GoodBody[..^5]), Reset)),
        new("ends after its head", Then(play => play.HeadAsync(), play => play.EndAsync())),
        new("ends in the middle", Then(play => play.BeginAtClientAsync(), play => play.EndAsync())),
        new("ends without its last event", EndsEarlyAsync),
        new("garbage", play => play.AnswerAsync(Garbage())),
        new("garbage in the middle", Then(play => play.BeginAtClientAsync(), play => play.ChunkAsync(Garbage()), play => play.EndAsync())),
        new("HTML", play => play.AnswerAsync("<!DOCTYPE html><html><body>Sign in</body></html>", type: "text/html")),
        new("packed with gzip, unasked", play => PackedAsync(play, "gzip", Packing.Pack(Encoding.UTF8.GetBytes(play.GoodBody), "gzip"))),
        new("packed with what nobody knows", play => PackedAsync(play, "zstd", [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3, 4])),
        new("200 with an error", play => play.AnswerAsync(GoodAnswers.Error(play.Kind), type: "application/json")),
        new("an error event first", play => play.AnswerAsync(play.Streamed ? GoodAnswers.ErrorEvent(play.Kind) : GoodAnswers.Error(play.Kind))),
        new("an error event in the middle", Then(play => play.BeginAtClientAsync(), play => play.ChunkAsync(play.Streamed ? GoodAnswers.ErrorEvent(play.Kind) : "}"), play => play.EndAsync())),
        new("wrong content type", play => play.AnswerAsync(play.GoodBody, type: "text/plain")),
        new("whole although a stream was asked for, and the other way round", OtherWayAsync),
        new("endless line", play => EndlessAsync(play, play.Streamed ? "data: " : "{\"id\":\"", new string('x', 64 * 1024))) { OtherText = true },
        new("endless body", EndlessBodyAsync) { OtherText = true },
        new("finishes twice", TwiceAsync),
        new("trailers", Then(play => play.HeadAsync(more: "Trailer: x-sum\r\n"), play => play.ChunkAsync(play.GoodBody), play => play.EndAsync("x-sum: 1\r\n"))),
        new("more after its end", Then(play => play.HeadAsync(), play => play.ChunkAsync(play.GoodBody + (play.Streamed ? GoodAnswers.Word(play.Kind, "four")[0] : "\n\n")), play => play.EndAsync())),
    ];

    private static Func<UpstreamPlay, Task> Then(params Func<UpstreamPlay, Task>[] steps) => async play =>
    {
        foreach (Func<UpstreamPlay, Task> step in steps)
        {
            await step(play);
        }
    };

    private static string Nothing(UpstreamPlay play) => play.Streamed ? ": keep-alive\n\n" : " ";

    private static string Garbage() => string.Concat(Enumerable.Range(0, 300).Select(n => (char)(n * 7919 % 251))) + "\n\n";

    private static Task Reset(UpstreamPlay play)
    {
        play.Reset();
        return Task.CompletedTask;
    }

    private static async Task DripAsync(UpstreamPlay play)
    {
        await play.HeadAsync();
        foreach (char[] bytes in play.GoodBody.Chunk(8))
        {
            await play.ChunkAsync(new string(bytes));
            await Task.Delay(1);
            play.Pass(1);
        }

        await play.EndAsync();
    }

    private static Task EndsEarlyAsync(UpstreamPlay play)
    {
        string last = GoodAnswers.Stop(play.Kind)[0];
        return play.AnswerAsync(play.Streamed ? play.GoodBody[..^last.Length] : play.GoodBody[..^1]);
    }

    private static async Task PackedAsync(UpstreamPlay play, string coding, byte[] bytes)
    {
        await play.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {play.UsualType}\r\nContent-Encoding: {coding}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n");
        await play.SendAsync(bytes);
    }

    private static Task OtherWayAsync(UpstreamPlay play) => play.Streamed
        ? play.AnswerAsync(GoodAnswers.Whole(play.Kind), type: "application/json")
        : play.AnswerAsync(string.Concat(GoodAnswers.Events(play.Kind)), type: "text/event-stream");

    private static async Task EndlessAsync(UpstreamPlay play, string begin, string piece)
    {
        await play.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {play.UsualType}\r\nConnection: close\r\n\r\n{begin}");
        await play.ForEverAsync(piece);
    }

    private static Task EndlessBodyAsync(UpstreamPlay play)
    {
        string word = play.Streamed ? GoodAnswers.Word(play.Kind, new string('y', 4000))[0] : new string('y', 4000);
        return EndlessAsync(play, play.Streamed ? play.GoodBeginning : GoodAnswers.Whole(play.Kind)[..60], string.Concat(Enumerable.Repeat(word, 16)));
    }

    private static Task TwiceAsync(UpstreamPlay play) => play.AnswerAsync(
        !play.Streamed ? play.GoodBody : string.Concat([.. GoodAnswers.Begin(play.Kind), .. GoodAnswers.Word(play.Kind, " two"), .. GoodAnswers.Word(play.Kind, " three"), .. GoodAnswers.Finish(play.Kind), GoodAnswers.Finish(play.Kind)[^1], .. GoodAnswers.Stop(play.Kind), .. GoodAnswers.Stop(play.Kind)]));
}
