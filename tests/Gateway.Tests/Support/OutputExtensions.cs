using System.Collections.Concurrent;

namespace Gateway.Tests.Support;

internal static class OutputExtensions
{
    /// <summary>Waits for a line of a process that holds the text.</summary>
    public static async Task UntilAsync(this ConcurrentQueue<string> output, string text)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
        while (!output.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}
