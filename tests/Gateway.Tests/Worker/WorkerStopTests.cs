using Gateway.Tests.Support;

namespace Gateway.Tests.Worker;

/// <summary>A worker that ends while it answers: streams go on as long as it may, and one that is cut never looks whole.</summary>
[Collection(WorkerFixture.Collection)]
public sealed class WorkerStopTests(WorkerFixture worker)
{
    private const string Streamed = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("WorkerTerminate")]
    public async Task Stream_that_runs_when_the_worker_is_told_to_end_goes_on_to_its_end(string how)
    {
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        StuckUpstream upstream = new(server, StuckUpstream.OneChunkAsync);
        await using WorkerGateway gateway = await worker.StartAsync(server);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Streamed);
        using EventStream events = await EventStream.OpenAsync(response);
        await ReadAsync(events, 4);
        if (how == "SIGTERM")
        {
            gateway.Host.Worker.Interrupt();
        }
        else
        {
            gateway.Host.TerminateWorker();
        }

        await gateway.Host.Output.UntilAsync("Application is shutting down");
        upstream.GoOn();
        Assert.Equal("message_stop", (await events.ReadAllAsync())[^1].Name);
    }

    [Fact]
    public async Task Stream_of_a_worker_that_dies_breaks_off()
    {
        await using FakeUpstream server = await FakeUpstream.StartAsync();
        _ = new StuckUpstream(server, StuckUpstream.OneChunkAsync);
        await using WorkerGateway gateway = await worker.StartAsync(server);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Streamed);
        using EventStream events = await EventStream.OpenAsync(response);
        await ReadAsync(events, 4);
        gateway.Host.Worker.Kill();

        await Assert.ThrowsAnyAsync<IOException>(() => events.ReadAllAsync());
    }

    private static async Task ReadAsync(EventStream events, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.NotNull(await events.ReadAsync());
        }
    }
}
