using Gateway.Tests.Support;
using Gateway.Translation.Hub;

namespace Gateway.Tests.Faults;

/// <summary>The upstream is well; the client leaves, does not read, or the gateway itself must stop.</summary>
internal static class ClientFaults
{
    /// <summary>More than all buffers on the way hold.</summary>
    private const int Large = 12_000_000;

    private static readonly (string, string?)[] s_large = [("Gateway:Upstream:MaxAnswerMegabytes", "64"), ("Gateway:Upstream:MaxEventMegabytes", "16")];

    public static IReadOnlyList<UpstreamFault> All { get; } =
    [
        new("client leaves before its request is whole", Good) { Client = (run, cell) => LeaveAsync(run, cell, sent: 20) },
        new("client leaves while its key is looked up", Good) { Client = LeaveAtDoorAsync },
        Leaves("client leaves before the upstream's head", _ => Task.CompletedTask),
        Leaves("client leaves after the upstream's head", play => play.HeadAsync()),
        Leaves("client leaves after the first event", play => play.BeginAsync(), "one"),
        Leaves("client leaves in the middle of a tool call", ToolAsync, "look"),
        Leaves("client leaves just before the end", AlmostAsync, "three"),
        new("client leaves while its answer is written and not read", MuchAsync) { OtherText = true, Client = LeaveUnreadAsync, Settings = s_large },
        new("client leaves with the last byte", Good) { Client = LeaveLastAsync },
        new("client never reads", MuchAsync) { OtherText = true, Client = NeverReadAsync, Settings = s_large },
        new("gateway stops before the upstream answers", play => StayAsync(play, _ => Task.CompletedTask)) { Stops = true, Client = (run, cell) => StopAsync(run, cell, begun: false, host: false) },
        new("gateway stops in the middle", play => StayAsync(play, p => p.BeginAsync())) { Stops = true, Client = (run, cell) => StopAsync(run, cell, begun: true, host: false) },
        new("host cancels before the upstream answers", play => StayAsync(play, _ => Task.CompletedTask)) { Stops = true, ByHost = true, Client = (run, cell) => StopAsync(run, cell, begun: false, host: true) },
        new("host cancels in the middle", play => StayAsync(play, p => p.BeginAsync())) { Stops = true, ByHost = true, Client = (run, cell) => StopAsync(run, cell, begun: true, host: true) },
    ];

    /// <param name="name">As in the table.</param>
    /// <param name="until">What the upstream says before the client leaves.</param>
    /// <param name="word">What the client of a stream has read by then.</param>
    private static UpstreamFault Leaves(string name, Func<UpstreamPlay, Task> until, string? word = null) => new(name, async play =>
    {
        await until(play);
        await play.StayAsync();
    })
    {
        Client = async (run, cell) =>
        {
            using (RawAsk ask = await RawAsk.SendAsync(run, cell))
            {
                await run.Cues.Reached.Task.PatientlyAsync();
                if (cell.Streamed && word is not null)
                {
                    await ask.ReadUntilAsync(word);
                }
            }

            return new ClientView(ClientView.Left);
        },
    };

    private static Task Good(UpstreamPlay play) => play.AnswerAsync(play.GoodBody);

    private static async Task ToolAsync(UpstreamPlay play)
    {
        await play.BeginAsync();
        await (play.Streamed ? play.ChunksAsync(GoodAnswers.HalfTool(play.Kind)) : Task.CompletedTask);
    }

    private static async Task AlmostAsync(UpstreamPlay play)
    {
        await play.HeadAsync();
        await play.ChunkAsync(play.Streamed ? play.GoodBody[..^GoodAnswers.Stop(play.Kind)[0].Length] : play.GoodBody[..^1]);
    }

    private static async Task MuchAsync(UpstreamPlay play)
    {
        if (!play.Streamed)
        {
            await play.AnswerAsync(GoodAnswers.Whole(play.Kind, new string('z', Large)));
            return;
        }

        await play.BeginAsync();
        string words = string.Concat(Enumerable.Repeat(GoodAnswers.Word(play.Kind, new string('z', 4000))[0], 8));
        string chunk = $"{words.Length.ToString("x", System.Globalization.CultureInfo.InvariantCulture)}\r\n{words}\r\n";
        await play.ForEverAsync(chunk);
    }

    private static async Task StayAsync(UpstreamPlay play, Func<UpstreamPlay, Task> begin)
    {
        await begin(play);
        play.Cues.Reached.TrySetResult();
        await play.Cues.GoOn.Task;
        await play.HangAsync();
    }

    private static async Task<ClientView> LeaveAsync(FaultRun run, FaultCell cell, int sent)
    {
        using (RawAsk ask = await RawAsk.SendAsync(run, cell, sent))
        {
            await run.Keys.AskedAsync();
        }

        return new ClientView(ClientView.Left);
    }

    private static async Task<ClientView> LeaveAtDoorAsync(FaultRun run, FaultCell cell)
    {
        run.Keys.Hold();
        using (RawAsk ask = await RawAsk.SendAsync(run, cell))
        {
            await run.Keys.AskedAsync();
        }

        await run.BookedWithoutKeyAsync();
        run.Keys.Release();
        return new ClientView(ClientView.Left);
    }

    private static async Task<ClientView> LeaveUnreadAsync(FaultRun run, FaultCell cell)
    {
        using (RawAsk ask = await RawAsk.SendAsync(run, cell))
        {
            await Patience.UntilAsync(() => ask.HasAnswer);
        }

        return new ClientView(ClientView.Left);
    }

    private static async Task<ClientView> LeaveLastAsync(FaultRun run, FaultCell cell)
    {
        using (RawAsk ask = await RawAsk.SendAsync(run, cell))
        {
            await ask.ReadUntilAsync(cell switch
            {
                { Streamed: true } => "\r\n0\r\n\r\n",
                { Client: ApiForm.Messages } => "\"output_tokens\":2",
                _ => "\"total_tokens\":12",
            });
        }

        return new ClientView("whole");
    }

    private static async Task<ClientView> NeverReadAsync(FaultRun run, FaultCell cell)
    {
        using RawAsk ask = await RawAsk.SendAsync(run, cell);
        await Patience.UntilAsync(() => ask.HasAnswer);
        await Patience.UntilAsync(() =>
        {
            run.Clock.AdvanceSeconds(1);
            return run.IsBookedAsync();
        });
        return await ask.IsCutAsync(cell.Streamed ? int.MaxValue : Large) ? new ClientView("cut") : new ClientView("whole", "nobody has read it");
    }

    private static async Task<ClientView> StopAsync(FaultRun run, FaultCell cell, bool begun, bool host)
    {
        Task<HttpResponseMessage> asked = run.Gateway.SendAsync(HttpMethod.Post, cell.Path, cell.Body, default, ("x-api-key", run.Key));
        await run.Cues.Reached.Task.PatientlyAsync();
        HttpResponseMessage? early = begun && cell.Streamed ? await asked.PatientlyAsync() : null;
        Task stopped = host ? run.CancelByHostAsync() : run.Gateway.StopAsync();
        run.Cues.GoOn.TrySetResult();
        using HttpResponseMessage response = early ?? await asked.PatientlyAsync();
        ClientView view = await ClientView.ReadAsync(cell, response, otherText: false);
        await stopped.PatientlyAsync();
        return view;
    }
}
