using System.Collections.Concurrent;

namespace Gateway.Tests.Faults;

/// <summary>
/// Every fault, streamed and whole, for clients of all three APIs, over upstreams of all three, with one target and with a
/// second one that works. Each cell ends: the answer is whole or says that it is not, the call upstream has ended, the
/// key may be used again, and one usage row says what the client saw.
/// </summary>
public sealed class FaultMatrixTests
{
    /// <summary>They mostly wait.</summary>
    private const int AtOnce = 8;

    [Fact]
    public Task No_answer_begins() => CheckAsync("no answer begins", ConnectionFaults.All);

    [Fact]
    public Task Answer_is_broken() => CheckAsync("the answer is broken", AnswerFaults.All);

    [Fact]
    public Task Status_is_no_success() => CheckAsync("the status", StatusFaults.All);

    [Fact]
    public Task Client_or_gateway_ends_it() => CheckAsync("client and gateway", ClientFaults.All);

    private static async Task CheckAsync(string group, IReadOnlyList<UpstreamFault> faults)
    {
        ConcurrentDictionary<string, IReadOnlyDictionary<FaultCell, string>> words = [];
        ConcurrentQueue<string> mistakes = [];
        await Parallel.ForEachAsync(faults, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (fault, _) => words[fault.Name] = await RunAsync(fault, mistakes));
        MatrixTable.Check(group, faults.Select(fault => (fault.Name, words[fault.Name])));
        Assert.True(mistakes.IsEmpty, string.Join('\n', mistakes));
    }

    private static async Task<IReadOnlyDictionary<FaultCell, string>> RunAsync(UpstreamFault fault, ConcurrentQueue<string> mistakes)
    {
        Dictionary<FaultCell, string> words = [];
        foreach (FaultCell[] together in fault.Stops ? FaultCell.All.Chunk(1) : [[.. FaultCell.All]])
        {
            await using FaultRun run = await FaultRun.StartAsync(fault);
            foreach (FaultCell cell in together)
            {
                words[cell] = (await run.RunAsync(cell)).Word;
            }

            await run.CheckBooksAsync();
            run.Mistakes.ForEach(mistakes.Enqueue);
        }

        return words;
    }
}
