using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Translation.Errors;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary>What an operator is answered: JSON, or why not.</summary>
internal abstract record ManageAnswer
{
    private ManageAnswer()
    {
    }

    /// <param name="Body">JSON.</param>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Location">Where the thing that was made is found.</param>
    public sealed record Json(ReadOnlyMemory<byte> Body, int Status, string? Location) : ManageAnswer
    {
        /// <summary>A record would print what may hold a key.</summary>
        public override string ToString() => nameof(Json);
    }

    /// <summary>A body that is written as it is made: nobody knows how long it becomes.</summary>
    /// <param name="ContentType">Of its text.</param>
    /// <param name="Write">Writes it. What it throws cuts the connection, so that no half of it looks whole.</param>
    public sealed record Streamed(string ContentType, Func<TextWriter, CancellationToken, Task> Write) : ManageAnswer
    {
        /// <summary>Headers of its own.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
    }

    public sealed record Refused(GatewayError Error) : ManageAnswer;

    public static ManageAnswer Of<T>(T value, JsonTypeInfo<T> type) =>
        new Json(JsonSerializer.SerializeToUtf8Bytes(value, type), StatusCodes.Status200OK, null);

    public static ManageAnswer Made<T>(T value, JsonTypeInfo<T> type, string location) =>
        new Json(JsonSerializer.SerializeToUtf8Bytes(value, type), StatusCodes.Status201Created, location);

    /// <summary>All mistakes of a request in one message.</summary>
    public static ManageAnswer Invalid(IEnumerable<string> errors) => new Refused(GatewayError.InvalidRequest(string.Join(" ", errors)));

    public static ManageAnswer NotFound(string message) => new Refused(GatewayError.NotFound(message));

    public static ManageAnswer Conflict(string message) => new Refused(GatewayError.Conflict(message));
}
