namespace Gateway.Storage;

/// <summary>
/// The storage did not answer, or not with something usable. The message is for the operator's log and command line;
/// it never holds addresses with signatures, connection strings or keys, and there is no inner exception that might.
/// </summary>
public sealed class StorageUnavailableException(string message) : Exception(message);
