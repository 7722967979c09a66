using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using Gateway.Metering;
using Gateway.Metering.Usage;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Xunit.Abstractions;

namespace Gateway.Tests.Soak;

/// <summary>
/// Two processes, many slow streams, and everything goes wrong: targets fail and die and come back, clients leave, one
/// instance is killed and started again, the other is told to stop. GATEWAY_SOAK_SECONDS is how long.
/// </summary>
[Trait("Category", "Soak")]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Seed = 20261128;
    private const int Streams = 200;

    /// <summary>Memory is compared where there is time to warm up.</summary>
    private const int LongEnough = 60;
    private const int FullyWarm = 600;

    private static readonly int s_seconds = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_SOAK_SECONDS") ?? "10", CultureInfo.InvariantCulture);

    /// <summary>Longer answers in a longer soak: the emulator's table takes seconds for a batch once it has 20,000 rows.</summary>
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(Math.Max(200, s_seconds * 1.5));

    [Fact]
    public async Task Every_answer_is_whole_or_says_that_it_is_not_and_the_ledger_has_them_all()
    {
        await using Azurite azurite = await Azurite.StartNewAsync();
        Run key = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "soak", "--json");
        await using SoakUpstream first = new(Seed, s_pace);
        await using SoakUpstream second = new(Seed + 1, s_pace);
        (string, string)[] settings = Settings(azurite, first, second);
        SoakInstance[] running = [await StartAsync("a", settings), await StartAsync("b", settings)];
        List<SoakInstance> all = [.. running];
        ConcurrentBag<SoakAnswer> answers = [];
        List<long> memory = [];
        try
        {
            using CancellationTokenSource over = new();
            Task clients = Task.WhenAll(Enumerable.Range(0, Streams).Select(n => Task.Run(() => AskAsync(n, key.Json.GetProperty("key").GetString()!, running, answers, over.Token))));
            long began = Stopwatch.GetTimestamp();
            for (int tick = 0; Stopwatch.GetElapsedTime(began).TotalSeconds < s_seconds; tick++)
            {
                await Task.Delay(500);
                Assert.False(clients.IsFaulted, clients.Exception?.ToString());
                memory.Add(running[0].Process.MemoryBytes);
                Shake(first, tick);
                if (all.Count == 2 && Stopwatch.GetElapsedTime(began).TotalSeconds > s_seconds / 3.0)
                {
                    await running[1].KillAsync();
                    all.Add(running[1] = await StartAsync("b, started again", settings));
                }
            }

            // Streams run on the one that stops; no new ones begin on the other.
            await over.CancelAsync();
            Assert.Equal(0, await running[0].StopAsync());
            await clients.PatientlyAsync();
            await Patience.UntilAsync(() => first.Open + second.Open == 0);
            Assert.Equal(0, await running[1].StopAsync());

            string figures = string.Create(CultureInfo.InvariantCulture, $"{s_seconds} s, {answers.Count} answers ({Endings(answers)}), {first.Calls + second.Calls} calls upstream, 0 connections left");
            figures += ", " + CheckMemory(memory);
            figures += ", " + await CheckLedgerAsync(azurite, answers);
            output.WriteLine(figures);
            SoakAnswer[] wrong = [.. answers.Where(IsWrong)];
            Assert.True(wrong.Length == 0, string.Join('\n', wrong.Take(10)) + '\n' + figures);
        }
        finally
        {
            foreach (SoakInstance instance in all)
            {
                await instance.Process.DisposeAsync();
            }
        }
    }

    private static async Task AskAsync(int number, string key, SoakInstance[] running, ConcurrentBag<SoakAnswer> answers, CancellationToken over)
    {
        SoakClient client = new(Seed + number, key);
        while (!over.IsCancellationRequested)
        {
            SoakAnswer answer = await client.AskAsync(running[number % running.Length]);
            answers.Add(answer);
            if (answer.Ending is SoakEnding.Nobody or SoakEnding.Error)
            {
                await Task.Delay(s_pace, CancellationToken.None);
            }
        }
    }

    /// <summary>Two of twenty seconds the first target is dead.</summary>
    private static void Shake(SoakUpstream upstream, int tick)
    {
        switch (tick % 40)
        {
            case 8:
                upstream.Die();
                break;
            case 12:
                upstream.ComeBack();
                break;
        }
    }

    private static bool IsWrong(SoakAnswer answer) => answer.Ending == SoakEnding.IllFormed || (answer.Ending == SoakEnding.Cut && !answer.Instance.Killed) || (answer.Ending == SoakEnding.Nobody && !answer.Instance.Ending);

    private static string Endings(IEnumerable<SoakAnswer> answers) =>
        string.Join(", ", answers.GroupBy(answer => answer.Ending).OrderBy(same => same.Key).Select(same => string.Create(CultureInfo.InvariantCulture, $"{same.Count()} {same.Key}")));

    private static string CheckMemory(List<long> memory)
    {
        double early = Median(memory[(memory.Count / 4)..(memory.Count / 2)]);
        double late = Median(memory[(memory.Count * 3 / 4)..]);
        double growth = (late / early) - 1;
        string figure = string.Create(CultureInfo.InvariantCulture, $"memory {early / 1e6:0} MB in the second quarter, {late / 1e6:0} MB in the last ({growth:+0%;-0%})");
        // A minute is over before caches are full and code is compiled as it stays; what leaks shows in ten.
        Assert.True(s_seconds < LongEnough || growth < (s_seconds < FullyWarm ? 0.25 : 0.1), figure);
        return figure;
    }

    private static long Median(List<long> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<string> CheckLedgerAsync(Azurite azurite, IReadOnlyCollection<SoakAnswer> answers)
    {
        List<TableEntity> rows = await new TableClient(azurite.ConnectionString, "usage").QueryAsync<TableEntity>().ToListAsync();
        ILookup<string, UsageEntry> entries = rows.Select(UsageRow.ToEntry).ToLookup(entry => entry.RequestId);
        Assert.All(entries, same => Assert.Single(same));

        SoakAnswer[] told = [.. answers.Where(answer => answer.RequestId is not null)];
        SoakAnswer[] unwritten = [.. told.Where(answer => !entries.Contains(answer.RequestId!))];
        Assert.All(unwritten, answer => Assert.True(answer.Instance.Killed, $"No usage row: {answer}"));
        Assert.InRange(unwritten.Length, 0, UsageWriter.MostUnwritten + Streams);

        SoakAnswer[] written = [.. told.Except(unwritten)];
        string[] wrong = [.. written.Where(answer => !Fits(answer, entries[answer.RequestId!].Single())).Select(answer => $"{answer} in the books: {entries[answer.RequestId!].Single()}")];
        Assert.True(wrong.Length == 0, $"{wrong.Length} rows do not say what their clients saw:\n{string.Join('\n', wrong.Take(5))}");

        SoakAnswer[] whole = [.. written.Where(answer => answer.Ending == SoakEnding.Whole)];
        long tokens = whole.Sum(answer => (long)answer.Words);
        Assert.Equal(tokens, whole.Sum(answer => entries[answer.RequestId!].Single().Usage.Output));
        return string.Create(CultureInfo.InvariantCulture, $"{rows.Count} usage rows, {unwritten.Length} lost with the killed instance, {tokens} tokens in both");
    }

    private static bool Fits(SoakAnswer answer, UsageEntry row) => answer.Ending switch
    {
        SoakEnding.Whole => row is { Status: 200, Error: null, ClientLeft: false } && row.Usage.Output == answer.Words,
        SoakEnding.Error => row.Error is not null,
        _ => true,
    };

    private static async Task<SoakInstance> StartAsync(string name, (string, string)[] settings) => new(name, await GatewayProcess.StartAsync(settings));

    private static (string, string)[] Settings(Azurite azurite, SoakUpstream first, SoakUpstream second) =>
    [
        ("GatewayStorage", azurite.ConnectionString),
        ("Gateway:DrainSeconds", "2"),
        ("Gateway:Upstream:ConnectSeconds", "2"),
        ("Gateway:Upstream:NextTargetSeconds", "10"),
        ("Gateway:Upstream:FirstByteSeconds", "30"),
        ("Gateway:Upstream:IdleSeconds", "10"),
        ("Gateway:Upstream:PingSeconds", "2"),
        ("Gateway:Providers:first:Kind", "openai"),
        ("Gateway:Providers:first:BaseUrl", first.Url),
        ("Gateway:Providers:second:Kind", "openai"),
        ("Gateway:Providers:second:BaseUrl", second.Url),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "first/up"),
        ("Gateway:Models:0:Targets:1", "second/up"),
    ];
}
