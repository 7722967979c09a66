using Gateway.Telemetry.Content;
using Gateway.Translation.Errors;
using Gateway.Upstreams;

namespace Gateway.Completions;

/// <summary>
/// Carries one answer from the upstream to the client. A single loop reads and writes, so events and pings never mix:
/// <code>
/// receive -> take -> write and flush -> receive ...
///    '-- silence: ping
/// </code>
/// </summary>
internal sealed class AnswerLoop(UpstreamExchange exchange, UpstreamAttempt attempt, KeepAlive company, ClientAnswer client, bool stream, CapturedContent? content)
{
    public async Task<Outcome> RunAsync()
    {
        Func<ValueTask<bool>> signal = SignalAsync;
        Func<Task> giveUp = exchange.GiveUpAsync;
        while (attempt.Ended is null)
        {
            if (await company.WaitAsync(attempt.ReceiveAsync(), signal, giveUp) is not { } received)
            {
                return new Outcome.ClientLeft();
            }

            using (received)
            {
                await attempt.TakeAsync(received);
            }

            if (company.IsHeld)
            {
                if (attempt.Ended is Outcome.BrokenOff brokenOff)
                {
                    // Of what began and broke nothing has reached the client.
                    return new Refusal(brokenOff.Error);
                }

                if (attempt.Ended is null && !attempt.Answers)
                {
                    continue;
                }

                company.Release();
            }

            if (!await FlushAsync() || (attempt.Ended is null && company.IsDue && !await SignalAsync()))
            {
                return new Outcome.ClientLeft();
            }
        }

        return attempt.Ended is Refusal || stream || await WriteWholeAsync() ? attempt.Ended : new Outcome.ClientLeft();
    }

    /// <summary>The gateway ends before the answer does, and says so while it can.</summary>
    public async Task<Outcome> StopAsync()
    {
        GatewayError error = GatewayError.Stopping("The gateway had to stop before the answer was whole. Please try again.");
        if (!client.Begun || !attempt.TryBreakOff(error))
        {
            return new Refusal(error);
        }

        await client.WriteLastAsync(attempt.Output.Memory);
        return new Outcome.Stopped(error);
    }

    private async ValueTask<bool> SignalAsync()
    {
        attempt.Signal();
        return await FlushAsync();
    }

    /// <summary>Writes what there is: nothing waits for more bytes of the upstream. A whole answer is kept until its end.</summary>
    private async ValueTask<bool> FlushAsync()
    {
        if (!stream || attempt.Output.Length == 0)
        {
            return true;
        }

        content?.Answered(attempt.Output.Span);
        bool written = await client.WriteAsync(attempt.Output.Memory);
        attempt.Output.Release();
        company.Heard();
        return written;
    }

    private ValueTask<bool> WriteWholeAsync()
    {
        content?.Answered(attempt.Output.Span);
        return client.WriteWholeAsync(attempt.Output.Memory);
    }
}
