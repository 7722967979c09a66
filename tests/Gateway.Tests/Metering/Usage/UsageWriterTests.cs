using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Azure.Data.Tables;
using Gateway.Metering;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Gateway.Tests.Metering.Usage;

/// <summary>How much usage is only in memory, and so lost when the process is killed.</summary>
public sealed class UsageWriterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Entry_waits_for_company_no_longer_than_the_linger()
    {
        FakeClock time = new();
        BatchStore store = new();
        UsageBuffer buffer = new();
        using UsageWriter writer = New(buffer, store, time);
        await writer.StartAsync(default);
        buffer.Add(Entry(0));
        while (!store.Batches.TryPeek(out _))
        {
            time.Advance(UsageWriter.Linger);
            await Task.Yield();
        }

        Assert.Equal(1, await store.NextAsync());
        await writer.StopAsync(default);
    }

    [Fact]
    public async Task As_many_as_may_be_lost_do_not_wait_at_all()
    {
        // The clock stands still: only their number can set these off.
        BatchStore store = new();
        UsageBuffer buffer = new();
        using UsageWriter writer = New(buffer, store, new FakeClock());
        await writer.StartAsync(default);
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < UsageBuffer.Enough; i++)
            {
                buffer.Add(Entry(i));
            }

            int written = 0;
            while (written < UsageBuffer.Enough)
            {
                written += await store.NextAsync();
            }
        }

        await writer.StopAsync(default);
    }

    [Fact]
    public async Task Killed_process_loses_no_more_rows_than_documented()
    {
        // Few enough that the storage keeps up on a busy machine: only then is it so many at most.
        const int Requests = 400;
        const int Clients = 2;
        using CancellationTokenSource deadline = new(Patience.Limit);
        await using Azurite azurite = await Azurite.StartNewAsync();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        string secret = (await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "t", "--json")).Json.GetProperty("key").GetString()!;
        GatewayProcess gateway = await GatewayProcess.StartAsync(
        [
            ("GatewayStorage", azurite.ConnectionString),
            ("Gateway:Providers:fake:Kind", "openai"),
            ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"),
        ]);
        ConcurrentBag<string> answered = [];
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
            {
                for (int i = 0; i < Requests / Clients; i++)
                {
                    using HttpRequestMessage request = new(HttpMethod.Post, "/v1/messages")
                    {
                        Content = new StringContent("""{"model":"fake/up","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""", Encoding.UTF8, "application/json"),
                    };
                    request.Headers.Add("x-api-key", secret);
                    using HttpResponseMessage response = await gateway.Client.SendAsync(request, deadline.Token);
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                    answered.Add(MeteredGateway.IdOf(response));
                    await Task.Delay(TimeSpan.FromMilliseconds(10), deadline.Token);
                }
            }));
        }
        finally
        {
            // Kills it, as kill -9 does.
            await gateway.DisposeAsync();
        }

        HashSet<string> rows = [];
        await foreach (TableEntity row in new TableClient(azurite.ConnectionString, "usage").QueryAsync<TableEntity>(cancellationToken: deadline.Token))
        {
            rows.Add(row.RowKey);
        }

        int lost = answered.Count(id => !rows.Contains(id));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lost} of {answered.Count} rows were lost; bound {UsageWriter.MostUnwritten}"));
        Assert.Equal(Requests, answered.Count);
        Assert.InRange(lost, 0, UsageWriter.MostUnwritten);
    }

    private static UsageWriter New(UsageBuffer buffer, IUsageStore store, TimeProvider time) =>
        new(buffer, store, new RollupBook(), time, NullLoggerFactory.Instance);

    private static UsageEntry Entry(int number) => new() { RequestId = $"req_{number}", StartedAt = default, Api = "anthropic", KeyId = "key" };

    /// <summary>Tells how many came at a time.</summary>
    private sealed class BatchStore : IUsageStore
    {
        private readonly Channel<int> _batches = Channel.CreateUnbounded<int>();

        public ChannelReader<int> Batches => _batches.Reader;

        public async Task<int> NextAsync()
        {
            using CancellationTokenSource deadline = new(Patience.Limit);
            return await _batches.Reader.ReadAsync(deadline.Token);
        }

        public Task<IReadOnlySet<string>> AppendAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken)
        {
            _batches.Writer.TryWrite(entries.Count);
            return Task.FromResult<IReadOnlySet<string>>(new HashSet<string>());
        }

        public Task<UsageEntry?> FindAsync(DateOnly day, string requestId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<UsageSlice> ReadAsync(DateOnly day, UsageFilter filter, UsagePlace place, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<UsageEntry> ListAsync(DateOnly day, UsageFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Rollup>> SumAsync(DateOnly day, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
