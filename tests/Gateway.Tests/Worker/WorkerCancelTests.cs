using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Worker;

/// <summary>
/// However a request ends before its time, the upstream's call ends with it: a call that nobody waits for still costs
/// money. Two tokens say so: the broken connection, and the host's cancel over gRPC.
/// </summary>
[Collection(WorkerFixture.Collection)]
public sealed class WorkerCancelTests(WorkerFixture worker)
{
    private const string Whole = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private const string Streamed = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_that_leaves_a_silent_stream_ends_the_call(bool toldByHost)
    {
        StuckUpstream upstream = new(worker.Upstream, StuckUpstream.OneChunkAsync);
        await WithHostAsync(toldByHost, async () =>
        {
            await ReadAndLeaveAsync(Streamed);
            await upstream.CallerLeftAsync();
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_that_leaves_a_busy_stream_ends_the_call(bool toldByHost)
    {
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("more and more"));
                await Task.Yield();
            }

            left.TrySetResult();
        };
        await WithHostAsync(toldByHost, async () =>
        {
            await ReadAndLeaveAsync(Streamed);
            await left.Task.PatientlyAsync();
        });
    }

    [Theory]
    [InlineData(true, Streamed)]
    [InlineData(false, Streamed)]
    [InlineData(true, Whole)]
    [InlineData(false, Whole)]
    public async Task Client_that_leaves_before_the_first_byte_ends_the_call(bool toldByHost, string body)
    {
        StuckUpstream upstream = new(worker.Upstream);
        await WithHostAsync(toldByHost, async () =>
        {
            using CancellationTokenSource leave = new();
            Task<HttpResponseMessage> waiting = worker.PostAsync("/v1/messages", body, leave.Token);
            await upstream.CalledAsync();
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            await upstream.CallerLeftAsync();
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_that_leaves_while_it_uploads_ends_the_function(bool toldByHost)
    {
        worker.Upstream.Received.Clear();
        await WithHostAsync(toldByHost, async () =>
        {
            using CancellationTokenSource leave = new();
            HalfBody body = new();
            using HttpRequestMessage request = new(HttpMethod.Post, "/v1/messages") { Content = body };
            request.Headers.TransferEncodingChunked = true;
            request.Headers.Add("x-api-key", worker.Key);
            Task<HttpResponseMessage> waiting = worker.Worker.Client.SendAsync(request, leave.Token);
            await body.HalfSentAsync();
            await UntilAsync(() => worker.Worker.Host.RunningInvocations == 1);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        });
        Assert.Empty(worker.Upstream.Received);
    }

    [Fact]
    public async Task Cancel_of_the_host_ends_the_call_and_breaks_the_stream_instead_of_ending_it()
    {
        StuckUpstream upstream = new(worker.Upstream, StuckUpstream.OneChunkAsync);
        using HttpResponseMessage response = await worker.PostAsync("/v1/messages", Streamed);
        using EventStream events = await EventStream.OpenAsync(response);
        await ReadAsync(events, 4);
        worker.Worker.Host.CancelInvocations();

        await upstream.CallerLeftAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => events.ReadAllAsync());
    }

    [Theory]
    [InlineData(Streamed)]
    [InlineData(Whole)]
    public async Task Cancel_of_the_host_before_the_first_byte_is_an_error_that_may_be_retried(string body)
    {
        StuckUpstream upstream = new(worker.Upstream);
        Task<HttpResponseMessage> waiting = worker.PostAsync("/v1/messages", body);
        await upstream.CalledAsync();
        worker.Worker.Host.CancelInvocations();

        await upstream.CallerLeftAsync();
        using HttpResponseMessage response = await waiting;
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1", Assert.Single(response.Headers.GetValues("retry-after")));
        Assert.Equal("api_error", error.GetProperty("type").GetString());
    }

    /// <summary>In the end no function runs any more, whichever token told it.</summary>
    private async Task WithHostAsync(bool toldByHost, Func<Task> act)
    {
        worker.Worker.Host.CancelsWhenClientLeaves = toldByHost;
        try
        {
            await act();
            await UntilAsync(() => worker.Worker.Host.RunningInvocations == 0);
        }
        finally
        {
            worker.Worker.Host.CancelsWhenClientLeaves = true;
        }
    }

    private async Task ReadAndLeaveAsync(string body)
    {
        using HttpResponseMessage response = await worker.PostAsync("/v1/messages", body);
        using EventStream events = await EventStream.OpenAsync(response);
        await ReadAsync(events, 4);
    }

    private static async Task ReadAsync(EventStream events, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.NotNull(await events.ReadAsync());
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource deadline = new(Patience.Limit);
        while (!holds())
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    /// <summary>A body whose second half never comes.</summary>
    private sealed class HalfBody : HttpContent
    {
        private readonly TaskCompletionSource _half = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HalfSentAsync() => _half.Task.PatientlyAsync();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("""{"model":"m","max_tok"""u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _half.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
