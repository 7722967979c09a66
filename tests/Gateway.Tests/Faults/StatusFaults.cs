namespace Gateway.Tests.Faults;

/// <summary>An answer whose status says that it is none.</summary>
internal static class StatusFaults
{
    private static readonly int[] s_errors = [400, 401, 402, 403, 404, 405, 407, 408, 409, 413, 415, 418, 422, 429, 451, 500, 501, 502, 503, 504, 529, 599];

    private static readonly int[] s_redirects = [301, 302, 303, 307, 308];

    private static readonly int[] s_empty = [204, 205, 304];

    public static IReadOnlyList<UpstreamFault> All { get; } =
    [
        .. s_errors.Select(status => new UpstreamFault($"{status}", play => play.AnswerAsync(GoodAnswers.Error(play.Kind, "made_up"), status, "application/json"))),
        new("503 whose words never come", async play =>
        {
            await play.HeadAsync(503, "application/json");
            await play.HangAsync();
        }),
        new("503 with an endless body", async play =>
        {
            await play.SendAsync("HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n");
            await play.ForEverAsync(new string('x', 64 * 1024));
        }),
        .. s_redirects.Select(status => new UpstreamFault($"{status}, with another address", play => play.AnswerAsync("moved", status, "text/plain", "Location: http://127.0.0.1:1/elsewhere\r\n"))),
        .. s_empty.Select(status => new UpstreamFault($"{status}", play => play.SendAsync($"HTTP/1.1 {status} Empty\r\nConnection: close\r\n\r\n"))),
        new("206", play => play.AnswerAsync(play.GoodBody, 206)),
        new("203", play => play.AnswerAsync(play.GoodBody, 203)),
    ];
}
