using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gateway.Tests.Support;

/// <summary>What a process has written, on both of its outputs, and the wait for a line of it.</summary>
internal sealed class ProcessOutput
{
    private readonly TaskCompletionSource<string> _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _mark;
    private int _ended;

    private ProcessOutput(string mark) => _mark = mark;

    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Reads from now on.</summary>
    /// <param name="process">Has just been started.</param>
    /// <param name="mark">What stands before the text that <see cref="AfterMarkAsync"/> waits for.</param>
    public static ProcessOutput Read(Process process, string mark)
    {
        ProcessOutput output = new(mark);
        process.OutputDataReceived += (_, line) => output.Take(line.Data);
        process.ErrorDataReceived += (_, line) => output.Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return output;
    }

    /// <summary>The rest of the first line with the mark, as soon as it is written; fails when the process ends without it.</summary>
    public Task<string> AfterMarkAsync() => _awaited.Task.PatientlyAsync();

    public override string ToString() => string.Join('\n', Lines);

    private void Take(string? line)
    {
        if (line is null)
        {
            if (Interlocked.Increment(ref _ended) == 2)
            {
                _awaited.TrySetException(new InvalidOperationException($"The process has ended. It wrote: {this}"));
            }

            return;
        }

        Lines.Enqueue(line);
        if (line.IndexOf(_mark, StringComparison.Ordinal) is >= 0 and int at)
        {
            _awaited.TrySetResult(line[(at + _mark.Length)..]);
        }
    }
}
