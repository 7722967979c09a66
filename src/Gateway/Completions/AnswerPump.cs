using Gateway.Http;
using Gateway.Requests;
using Gateway.Telemetry;
using Gateway.Telemetry.Content;
using Gateway.Translation;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// Carries one answer from the upstream to the client. A single loop reads and writes, so events and pings never mix:
/// <code>
/// send -> headers -> read bytes -> translate -> write and flush -> read ...
///                        '-- silence: ping
/// </code>
/// Until the first event exists, a failure is returned and can still become an HTTP error or another attempt.
/// </summary>
internal sealed class AnswerPump(HttpContext http, UpstreamClient upstreams, UpstreamTimeouts timeouts, UpstreamLimits limits, TimeProvider time, RequestRecord record)
{
    private const int ReadSize = 16 * 1024;

    /// <summary>When the client got its last byte. Bytes of the upstream that say nothing to the client do not count.</summary>
    private long _quietSince = time.GetTimestamp();

    /// <summary>Runs one attempt. Null means that the client has its answer, be it one that broke off.</summary>
    public async Task<UpstreamFailure?> RunAsync(UpstreamCall call, bool stream, CapturedContent? content, CancellationToken aborted)
    {
        using CancellationTokenSource idle = new(timeouts.FirstByte, time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(aborted, idle.Token);
        using IAnswerTranslator translator = call.CreateTranslator();
        using PooledBuffer output = new();
        using ClientWriter client = new(http, timeouts.ClientWrite, time, aborted);
        Attempt attempt = new(call, translator, output, stream, idle, client, linked.Token) { Content = content };
        try
        {
            using HttpResponseMessage response = await WithPingsAsync(new ValueTask<HttpResponseMessage>(upstreams.SendAsync(call.Request, linked.Token)), attempt);
            record.FirstByte(time.GetTimestamp());
            UpstreamHeaders headers = new(response, call.Request.Redactor);
            record.UpstreamRequestId = headers.RequestId;
            attempt.Headers = headers;
            if (!response.IsSuccessStatusCode)
            {
                UpstreamFailure failure = NameModel(await UpstreamResponses.ReadErrorAsync(response, call, time, linked.Token));
                return failure.Rescued is { } answer ? await AnswerAsync(answer, attempt) : await FailAsync(failure, attempt);
            }

            return headers.MediaType == "text/event-stream" ? await ReadStreamAsync(response, attempt) : await ReadWholeAsync(response, attempt);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return await FailAsync(new UpstreamFailure(GatewayError.Timeout("The upstream did not answer in time. Please try again."), null), attempt);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or Azure.Identity.AuthenticationFailedException && !aborted.IsCancellationRequested)
        {
            return await FailAsync(new UpstreamFailure(GatewayError.Overloaded("The upstream could not be reached. Please try again."), null), attempt);
        }
        finally
        {
            record.Usage = translator.Usage;

            // Whatever happened, no call is left running upstream.
            await linked.CancelAsync();
        }
    }

    /// <summary>What belongs to one attempt. Reading ends with its token, which also fires when the upstream is too slow; writing with the client.</summary>
    private sealed record Attempt(UpstreamCall Call, IAnswerTranslator Translator, PooledBuffer Output, bool Stream, CancellationTokenSource Idle, ClientWriter Client, CancellationToken Token)
    {
        /// <summary>Null until they are here; pings may begin the answer before.</summary>
        public UpstreamHeaders? Headers { get; set; }

        /// <summary>Null unless the operator wants to see content.</summary>
        public CapturedContent? Content { get; init; }
    }

    /// <summary>The client knows the model by the name it asked for, not by the upstream's.</summary>
    private UpstreamFailure NameModel(UpstreamFailure failure) => failure.Error.Type != ErrorType.NotFound
        ? failure
        : failure with { Error = failure.Error with { Message = $"model: {record.RequestedModel}. The upstream does not serve it: {failure.Error.Message}" } };

    private async Task<UpstreamFailure?> ReadStreamAsync(HttpResponseMessage response, Attempt attempt)
    {
        IAnswerTranslator translator = attempt.Translator;
        await using Stream body = await response.Content.ReadAsStreamAsync(attempt.Token);
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ReadSize);
        long total = 0;
        try
        {
            while (!translator.Completed && translator.Error is null)
            {
                attempt.Idle.CancelAfter(timeouts.Idle);
                int read = await ReadAsync(body, buffer, attempt);
                if (read > 0)
                {
                    ResponseModel.Note(buffer.AsSpan(0, read));
                    translator.Read(buffer.AsSpan(0, read), attempt.Output);
                    total += read;
                    if (translator is { Completed: false, Error: null } && limits.Exceeded(total, translator.PendingBytes, attempt.Call.SameForm) is { } tooLarge)
                    {
                        translator.Fail(tooLarge, attempt.Output);
                    }

                    record.FirstToken(attempt.Output.Length > 0 ? time.GetTimestamp() : null);
                }
                else
                {
                    translator.End(clean: read == 0, attempt.Output);
                }

                await FlushAsync(attempt);
                if (read <= 0)
                {
                    break;
                }

                if (attempt.Stream && attempt.Translator.Error is null && Patience(attempt) <= TimeSpan.Zero)
                {
                    await KeepAliveAsync(attempt);
                }
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        return await EndAsync(attempt);
    }

    /// <summary>Bytes read; 0 at the end, -1 when the connection broke.</summary>
    private async ValueTask<int> ReadAsync(Stream body, byte[] buffer, Attempt attempt)
    {
        try
        {
            return await WithPingsAsync(body.ReadAsync(buffer, attempt.Token), attempt);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return -1;
        }
    }

    private async Task<UpstreamFailure?> ReadWholeAsync(HttpResponseMessage response, Attempt attempt)
    {
        using PooledBuffer whole = new(16 * 1024);
        await using Stream body = await response.Content.ReadAsStreamAsync(attempt.Token);
        return await UpstreamBody.TryReadAsync(whole, limits.MaxAnswerBytes, ReadSomeAsync)
            ? await AnswerAsync(whole.Memory, attempt)
            : await FailAsync(new UpstreamFailure(UpstreamLimits.AnswerTooLarge, null), attempt);

        ValueTask<int> ReadSomeAsync(Memory<byte> room)
        {
            if (whole.Length > 0)
            {
                attempt.Idle.CancelAfter(timeouts.Idle);
            }

            return WithPingsAsync(body.ReadAsync(room, attempt.Token), attempt);
        }
    }

    private async Task<UpstreamFailure?> AnswerAsync(ReadOnlyMemory<byte> whole, Attempt attempt)
    {
        ResponseModel.Note(whole.Span);
        attempt.Translator.ReadWhole(whole.Span, attempt.Output);
        await FlushAsync(attempt);
        return await EndAsync(attempt);
    }

    private async Task<UpstreamFailure?> EndAsync(Attempt attempt)
    {
        if (attempt.Translator is { Error: { } error, Started: false })
        {
            return new UpstreamFailure(error, null);
        }

        record.StreamError = attempt.Translator.Error;
        if (!attempt.Stream)
        {
            Prepare(attempt);
            record.Usage = attempt.Translator.Usage;
            attempt.Content?.Answered(attempt.Output.Span);
            http.Response.ContentLength = attempt.Output.Length;
            await attempt.Client.WriteAsync(attempt.Output.Memory);
        }

        return null;
    }

    /// <summary>An error after the stream has begun is told inside it; before, it is the caller's to handle.</summary>
    private async Task<UpstreamFailure?> FailAsync(UpstreamFailure failure, Attempt attempt)
    {
        if (!attempt.Stream || !attempt.Translator.Started)
        {
            return failure;
        }

        record.StreamError = failure.Error;
        attempt.Translator.Fail(failure.Error, attempt.Output);
        await FlushAsync(attempt);
        return null;
    }

    /// <summary>
    /// Writes what there is, in one flush: nothing waits for more bytes of the upstream. A whole answer is kept until
    /// its end.
    /// </summary>
    private async ValueTask FlushAsync(Attempt attempt)
    {
        if (!attempt.Stream || attempt.Output.Length == 0)
        {
            return;
        }

        if (!http.Response.HasStarted)
        {
            Prepare(attempt);
        }

        attempt.Content?.Answered(attempt.Output.Span);
        await attempt.Client.WriteAsync(attempt.Output.Memory);
        attempt.Output.Clear();
        _quietSince = time.GetTimestamp();
    }

    private void Prepare(Attempt attempt)
    {
        AnswerHeaders.Set(http.Response, attempt.Call, attempt.Headers, attempt.Stream, time.GetUtcNow());
        record.FirstEvent(time.GetTimestamp());
    }

    /// <summary>Waits, and keeps a streaming client company meanwhile.</summary>
    private async ValueTask<T> WithPingsAsync<T>(ValueTask<T> pending, Attempt attempt)
    {
        if (!attempt.Stream || pending.IsCompleted)
        {
            return await pending;
        }

        Task<T> task = pending.AsTask();
        while (true)
        {
            // What was waited for may come in the very moment in which patience ends: only the task itself knows.
            TimeSpan patience = Patience(attempt);
            await ((Task)task).WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (task.IsCompleted)
            {
                return await task;
            }

            try
            {
                await KeepAliveAsync(attempt);
            }
            catch
            {
                await AbandonAsync(task, attempt);
                throw;
            }
        }
    }

    /// <summary>Ends what is waited for before anyone goes on: a read left running would write into a buffer that others have by then.</summary>
    private static async Task AbandonAsync<T>(Task<T> task, Attempt attempt)
    {
        await attempt.Idle.CancelAsync();
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully && task.Result is IDisposable unused)
        {
            unused.Dispose();
        }
    }

    /// <summary>How long the client may still be left without a byte.</summary>
    private TimeSpan Patience(Attempt attempt) =>
        (attempt.Translator.Started ? timeouts.Ping : timeouts.Commit) - time.GetElapsedTime(_quietSince);

    /// <summary>Begins the stream although there is nothing to say yet, or shows that it is alive.</summary>
    private async ValueTask KeepAliveAsync(Attempt attempt)
    {
        if (attempt.Translator.Started)
        {
            attempt.Translator.Ping(attempt.Output);
        }
        else
        {
            attempt.Translator.Start(attempt.Output);
        }

        await FlushAsync(attempt);
    }
}
