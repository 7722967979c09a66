using System.Text.Json;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Manage;

/// <summary><c>GET /manage/me</c>: whoever is known learns who it is here, and nobody learns of others.</summary>
public sealed class MeTests
{
    [Fact]
    public async Task Each_caller_is_told_what_it_sees_and_may_do()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync();
        string ends = $"{DateTime.UtcNow.AddDays(9):yyyy-MM-dd}";
        (string Grant, string Sees, bool Manages)[] callers =
        [
            ($$""","name":"laptop","expires_at":"{{ends}}" """, "own", false),
            ($$""","scopes":["models"]""", "own", false),
            ($$""","scopes":["usage"]""", "team", false),
            ($$""","scopes":["usage:all"]""", "all", false),
            ($$""","scopes":["manage"]""", "all", true),
        ];
        foreach ((string grant, string sees, bool manages) in callers)
        {
            string key = await gateway.KeyAsync("search", grant);
            Told told = await gateway.AskAsync(key, "/manage/me", null, "GET");
            Assert.Equal((200, sees, manages), (told.Status, told.Json.GetProperty("sees").GetString(), told.Json.GetProperty("manages").GetBoolean()));
            Assert.Equal(("search", "api_key", key.Split('_')[1]), (Text(told, "team"), Text(told, "credential"), Text(told, "key_id")));
            Assert.Equal(grant.Contains("laptop", StringComparison.Ordinal), told.Json.TryGetProperty("expires_at", out JsonElement until));
            Assert.Equal(until.ValueKind != JsonValueKind.Undefined, told.Json.TryGetProperty("name", out _));
            Assert.True(until.ValueKind == JsonValueKind.Undefined || until.GetString()!.StartsWith(ends, StringComparison.Ordinal));
            Assert.DoesNotContain(key, told.Body, StringComparison.Ordinal);
        }

        Assert.Equal(401, (await gateway.AskAsync("nobody's", "/manage/me", null, "GET")).Status);
        Told wrong = await gateway.AskAsync(GatewayServer.Key, "/manage/me?key=other", null, "GET");
        Assert.Equal((400, "The query parameter 'key' is unknown. None is known here."), (wrong.Status, wrong.Error));
    }

    private static string? Text(Told told, string name) => told.Json.GetProperty(name).GetString();
}
