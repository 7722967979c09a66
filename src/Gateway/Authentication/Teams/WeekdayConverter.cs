using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Authentication.Teams;

/// <summary>Days of the week in lower case.</summary>
internal sealed class WeekdayConverter() : JsonStringEnumConverter<DayOfWeek>(JsonNamingPolicy.SnakeCaseLower);
