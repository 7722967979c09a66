namespace Gateway.Alerts;

/// <summary>A webhook and how it fares: one that does not take messages is asked again after a while that doubles.</summary>
internal sealed class WebhookState(WebhookOptions options, TimeProvider time)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(15);

    private int _failures;
    private long _restsSince;
    private TimeSpan _rest;

    public WebhookOptions Options => options;

    /// <summary>How long it is not to be asked.</summary>
    public TimeSpan Rest => _rest - time.GetElapsedTime(_restsSince) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    public void Hear(WebhookAnswer answer)
    {
        if (answer.Delivered)
        {
            (_failures, _rest) = (0, TimeSpan.Zero);
            return;
        }

        TimeSpan usual = s_first * (1 << Math.Min(_failures++, 10));
        usual = usual < s_longest ? usual : s_longest;
        (_restsSince, _rest) = (time.GetTimestamp(), answer.RetryAfter > usual ? answer.RetryAfter.Value : usual);
    }
}
