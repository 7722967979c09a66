using Gateway.Tests.Clients;
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
        Tell(gateway, how);
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

    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("WorkerTerminate")]
    public async Task Sdks_throw_on_streams_that_are_cut_and_have_whole_answers_from_the_next_instance(string how)
    {
        await using StoppedSdk judges = await StoppedSdk.StartAsync();
        await using WorkerGateway gateway = await worker.StartAsync(judges.Upstream, ("Gateway:DrainSeconds", "0.5"));
        await judges.JudgeAsync(gateway, () =>
        {
            Tell(gateway, how);
            return Task.CompletedTask;
        });
    }

    private static void Tell(WorkerGateway gateway, string how)
    {
        if (how == "SIGTERM")
        {
            gateway.Host.Worker.Interrupt();
        }
        else
        {
            gateway.Host.TerminateWorker();
        }
    }

    private static async Task ReadAsync(EventStream events, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.NotNull(await events.ReadAsync());
        }
    }
}
