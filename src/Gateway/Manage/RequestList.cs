using System.Text.Json.Serialization;
using Gateway.Metering.Usage;

namespace Gateway.Manage;

/// <summary>A page of receipts, newest first.</summary>
/// <param name="Data">They may be fewer than asked for, or none, although more follow: a page looks so far and no farther.</param>
/// <param name="HasMore">Another page follows.</param>
/// <param name="NextCursor">Where it begins.</param>
internal sealed record RequestList(IReadOnlyList<Receipt> Data, bool HasMore, string? NextCursor);

/// <summary>Receipts are written here as they are one by one.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RequestList))]
internal sealed partial class RequestListJson : JsonSerializerContext;
