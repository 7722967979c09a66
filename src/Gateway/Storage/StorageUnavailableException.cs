using Microsoft.Extensions.Logging;

namespace Gateway.Storage;

/// <summary>
/// The storage did not answer, or not with something usable. The message is for the operator's log and command line;
/// it never holds addresses with signatures, connection strings or keys, and there is no inner exception that might.
/// </summary>
public class StorageUnavailableException(string message) : Exception(message)
{
    /// <summary><see cref="StorageLog"/> has told it.</summary>
    internal bool IsTold { get; init; }

    /// <summary>How loudly to say what it hinders.</summary>
    internal LogLevel Level => IsTold ? LogLevel.Debug : LogLevel.Warning;
}

/// <summary>What was to be written can never be: trying again does not help, less text does.</summary>
internal sealed class RowTooLargeException() : StorageUnavailableException("That is more than one row of the Table service can hold. Use fewer or shorter names and patterns.");
