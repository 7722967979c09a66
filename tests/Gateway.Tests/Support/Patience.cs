namespace Gateway.Tests.Support;

/// <summary>
/// How long a test waits for what has to come. It only keeps a test that fails from hanging for ever: no machine that
/// works is so busy, and no assertion is about it.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>For what nobody tells of, such as rows that another process writes.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Predicate<T> isThere)
    {
        using CancellationTokenSource deadline = new(Limit);
        while (true)
        {
            T seen = await look();
            if (isThere(seen))
            {
                return seen;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Not there after {Limit}. Last seen: {seen}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    public static Task UntilAsync(Func<Task<bool>> isThere) => UntilAsync(isThere, there => there);

    public static Task UntilAsync(Func<bool> isThere) => UntilAsync(() => Task.FromResult(isThere()));

    public static Task PatientlyAsync(this Task task) => task.WaitAsync(Limit);

    public static Task<T> PatientlyAsync<T>(this Task<T> task) => task.WaitAsync(Limit);
}
