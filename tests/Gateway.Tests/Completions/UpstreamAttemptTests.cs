using System.Text;
using Gateway.Bounds;
using Gateway.Completions;
using Gateway.Requests;
using Gateway.Tests.Support;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Upstreams;

namespace Gateway.Tests.Completions;

/// <summary>An upstream and a translation: what becomes of the output is not asked here.</summary>
public sealed class UpstreamAttemptTests : IDisposable
{
    private readonly ScriptedBody _body = new();
    private readonly FakeClock _time = new();
    private readonly RequestRecord _record = new("req_1", ApiForm.Messages, 0) { RequestedModel = "m" };
    private readonly List<IDisposable> _used = [];

    [Fact]
    public async Task Answer_is_translated_as_it_comes()
    {
        UpstreamAttempt attempt = Create();
        await StepAsync(attempt);
        Assert.Equal(0, attempt.Output.Length);
        await StepAsync(attempt, () => _body.Send(Event(FakeUpstream.Chunk("hi"))));
        Assert.Contains("\"text\":\"hi\"", Text(attempt), StringComparison.Ordinal);
        Assert.Null(attempt.Ended);
        await StepAsync(attempt, () => _body.Send(Event(FakeUpstream.LastChunk) + Event("[DONE]")));

        Assert.IsType<Outcome.Answered>(attempt.Ended);
        Assert.Equal((10, 2), (attempt.Usage.Input, attempt.Usage.Output));
        Assert.NotNull(_record.FirstByteAt);
        Assert.NotNull(_record.FirstTokenAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whole_answer_serves_both_kinds_of_client(bool stream)
    {
        UpstreamAttempt attempt = Create(stream, "application/json");
        await StepAsync(attempt);
        await StepAsync(attempt, () => _body.Send(FakeUpstream.Completion("hi")));
        Assert.Equal(0, attempt.Output.Length);
        await StepAsync(attempt, _body.End);

        Assert.IsType<Outcome.Answered>(attempt.Ended);
        Assert.Equal(stream, Text(attempt).Contains("event: message_stop", StringComparison.Ordinal));
        Assert.Contains("\"text\":\"hi\"", Text(attempt), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_breaks_ends_with_the_error_in_it()
    {
        UpstreamAttempt attempt = Create();
        await StepAsync(attempt);
        await StepAsync(attempt, () => _body.Send(Event(FakeUpstream.Chunk("hi"))));
        await StepAsync(attempt, () => _body.Break(new IOException("reset")));

        Assert.Equal(ErrorType.Api, Assert.IsType<Outcome.BrokenOff>(attempt.Ended).Error.Type);
        Assert.Contains("event: error", Text(attempt), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_goes_silent_ends_with_the_error_in_it()
    {
        UpstreamAttempt attempt = Create();
        await StepAsync(attempt);
        await StepAsync(attempt, () => _body.Send(Event(FakeUpstream.Chunk("hi"))));
        await StepAsync(attempt, () => _time.AdvanceSeconds(300));

        Assert.Equal(ErrorType.Timeout, Assert.IsType<Outcome.BrokenOff>(attempt.Ended).Error.Type);
        Assert.Contains("timeout_error", Text(attempt), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whole_answer_that_breaks_is_refused_and_may_be_had_elsewhere(bool stream)
    {
        UpstreamAttempt attempt = Create(stream, "application/json");
        await StepAsync(attempt);
        await StepAsync(attempt, () => _body.Send("{\"id\":"));
        await StepAsync(attempt, () => _body.Break(new IOException("reset")));

        Refusal refusal = Assert.IsType<Refusal>(attempt.Ended);
        Assert.Equal((ErrorType.Overloaded, true), (refusal.Error.Type, refusal.MayFailOver));
        Assert.Equal(0, attempt.Output.Length);
    }

    [Fact]
    public async Task Silence_before_the_stream_began_is_refused_and_after_it_told_in_the_stream()
    {
        foreach (bool began in new[] { false, true })
        {
            UpstreamAttempt attempt = Create(mediaType: "application/json");
            if (began)
            {
                attempt.Signal();
                Assert.Contains("event: message_start", Text(attempt), StringComparison.Ordinal);
                attempt.Output.Clear();
                attempt.Signal();
                Assert.StartsWith("event: ping", Text(attempt), StringComparison.Ordinal);
            }

            await StepAsync(attempt);
            await StepAsync(attempt, () => _time.AdvanceSeconds(600));
            Assert.Equal(ErrorType.Timeout, began ? Assert.IsType<Outcome.BrokenOff>(attempt.Ended).Error.Type : Assert.IsType<Refusal>(attempt.Ended).Error.Type);
        }
    }

    [Fact]
    public async Task Model_that_the_upstream_does_not_know_is_named_as_the_client_named_it()
    {
        UpstreamAttempt attempt = Create(status: 404);
        await StepAsync(attempt, () => _body.Send("""{"error":{"message":"no such deployment"}}"""), _body.End);

        Assert.Equal("model: m. The upstream does not serve it: no such deployment", Assert.IsType<Refusal>(attempt.Ended).Error.Message);
    }

    [Fact]
    public async Task Answer_inside_an_error_is_an_answer()
    {
        UpstreamAttempt attempt = Create(status: 400);
        await StepAsync(
            attempt,
            () => _body.Send("""{"error":{"message":"Failed to call a function.","code":"tool_use_failed","failed_generation":"<function=list_files>{\"path\":\".\"}</function>"}}"""),
            _body.End);

        Assert.IsType<Outcome.Answered>(attempt.Ended);
        Assert.Contains("list_files", Text(attempt), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(999, true)]
    public async Task Whole_answer_is_kept_up_to_a_size(int limit, bool tooLarge)
    {
        UpstreamAttempt attempt = Create(mediaType: "application/json", limits: new UpstreamLimits { MaxAnswerBytes = limit });
        string answer = FakeUpstream.Completion("hi");
        await StepAsync(attempt);
        await StepAsync(attempt, () => _body.Send(answer + new string(' ', 1000 - answer.Length)));
        if (!tooLarge)
        {
            await StepAsync(attempt, _body.End);
        }

        Assert.Equal(tooLarge, attempt.Ended is Refusal { Error.Status: 502 });
    }

    public void Dispose() => _used.ForEach(used => used.Dispose());

    private static string Event(string data) => $"data: {data}\n\n";

    private static string Text(UpstreamAttempt attempt) => Encoding.UTF8.GetString(attempt.Output.Span);

    /// <summary>Receives once and takes what came, while the upstream does one thing after the other, each when somebody waits for it.</summary>
    private async Task StepAsync(UpstreamAttempt attempt, params Action[] upstream)
    {
        Task step = ReceiveAndTakeAsync(attempt);
        foreach (Action act in upstream)
        {
            await _body.ReadingAsync();
            act();
        }

        await step.PatientlyAsync();
    }

    private static async Task ReceiveAndTakeAsync(UpstreamAttempt attempt)
    {
        using Received received = await attempt.ReceiveAsync();
        await attempt.TakeAsync(received);
    }

    private UpstreamAttempt Create(bool stream = true, string mediaType = "text/event-stream", int status = 200, UpstreamLimits? limits = null)
    {
        HttpMessageInvoker upstream = _body.AsUpstream(mediaType, status);
        UpstreamCall call = Calls.Chat(stream);
        UpstreamExchange exchange = new(new UpstreamClient(upstream, upstream, null), call, new UpstreamTimeouts(), _time, CancellationToken.None);
        MemoryGate memory = new(new BoundsOptions(), _time);
        MemoryShare kept = memory.Begin(CancellationToken.None);
        UpstreamAttempt attempt = new(exchange, call, stream, limits ?? new UpstreamLimits(), kept, _record, _time);
        _used.AddRange([attempt, kept, memory, exchange, call, upstream]);
        return attempt;
    }
}
