using System.Collections.Concurrent;
using System.Globalization;

namespace Gateway.Tests.Faults;

/// <summary>The connection of an upstream ends after each byte of a good answer in turn, head and chunks included.</summary>
public sealed class CutAnywhereTests
{
    [Fact]
    public async Task No_cut_makes_half_an_answer_look_whole()
    {
        ConcurrentQueue<string> mistakes = [];
        await Parallel.ForEachAsync(FaultCell.All.Where(cell => !cell.Two), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (cell, _) => await CutAsync(cell, mistakes));
        Assert.True(mistakes.IsEmpty, string.Join('\n', mistakes.Take(20)));
    }

    private static async Task CutAsync(FaultCell cell, ConcurrentQueue<string> mistakes)
    {
        int sent = 0;
        string wire = Wire(cell);
        await using FaultRun run = await FaultRun.StartAsync(new UpstreamFault("cut", play => play.SendAsync(wire[..sent])));
        string word = "";
        for (; sent <= wire.Length; sent++)
        {
            // The pauses of a target that failed are over by then.
            run.Clock.AdvanceSeconds(100);
            word = (await run.RunAsync(cell)).Word;
            run.Mistakes.ForEach(mistake => mistakes.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{mistake} after {sent} bytes")));
            run.Mistakes.Clear();
        }

        await run.CheckBooksAsync();
        run.Mistakes.ForEach(mistakes.Enqueue);
        Assert.Equal("whole", word);
    }

    private static string Wire(FaultCell cell)
    {
        IReadOnlyList<string> parts = cell.Streamed ? GoodAnswers.Events(cell.Kind) : [GoodAnswers.Whole(cell.Kind)];
        string head = $"HTTP/1.1 200 OK\r\nContent-Type: {(cell.Streamed ? "text/event-stream" : "application/json")}\r\nTransfer-Encoding: chunked\r\n\r\n";
        return head + string.Concat(parts.Select(part => $"{part.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{part}\r\n")) + "0\r\n\r\n";
    }
}
