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
/// While another target is left, the frame of a stream is held back until there is a word in it: who fails before that
/// has cost the client nothing.
/// </summary>
/// <param name="exchange">With the upstream.</param>
/// <param name="attempt">Takes what it sends.</param>
/// <param name="company">What the client gets in silences.</param>
/// <param name="client">Gets the answer.</param>
/// <param name="stream">It is a stream.</param>
/// <param name="next">Whether somebody else may do better.</param>
/// <param name="whole">Called when the answer is, before its last bytes go out: the client's next request may be here before this one is over.</param>
/// <param name="content">Keeps what was written, where that is wanted.</param>
internal sealed class AnswerLoop(UpstreamExchange exchange, UpstreamAttempt attempt, KeepAlive company, ClientAnswer client, bool stream, NextTarget next, Action whole, CapturedContent? content)
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

            if (attempt.Ended is Outcome.Answered && !IsForNext)
            {
                whole();
            }

            if (company.IsHeld && attempt.Ended is null && !attempt.Answers)
            {
                continue;
            }

            company.Release();
            if (!await FlushAsync() || (attempt.Ended is null && company.IsDue && !await SignalAsync()))
            {
                return new Outcome.ClientLeft();
            }
        }

        return attempt.Ended switch
        {
            // Nothing of it has reached the client.
            Outcome.BrokenOff broken when !client.Begun => new Refusal(broken.Error) { Reason = broken.Reason },
            Refusal => attempt.Ended,
            _ when IsForNext => Refusal.Filtered,
            _ => stream || await WriteWholeAsync() ? attempt.Ended : new Outcome.ClientLeft(),
        };
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

    /// <summary>What a filter refused is asked of somebody else.</summary>
    private bool IsForNext => next.TakesFiltered && !client.Begun && attempt.RefusedAtOnce;

    /// <summary>Nothing of use is there yet, and somebody else may do better.</summary>
    private bool HoldsBack => next.IsLeft && !client.Begun && (attempt.Ended is null ? !attempt.HasSaid : attempt.Ended is not Outcome.Answered || IsForNext);

    private async ValueTask<bool> SignalAsync()
    {
        attempt.Signal();
        return await FlushAsync(forced: true);
    }

    /// <summary>Writes what there is: nothing waits for more bytes of the upstream. A whole answer is kept until its end.</summary>
    private async ValueTask<bool> FlushAsync(bool forced = false)
    {
        if (!stream || attempt.Output.Length == 0 || (HoldsBack && !forced))
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
