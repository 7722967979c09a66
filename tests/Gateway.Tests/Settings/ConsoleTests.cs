using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.LocalHost;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Settings;

/// <summary>What LocalHost writes to its console, for people and for programs that read it line by line.</summary>
public sealed partial class ConsoleTests
{
    private static readonly (string, string)[] s_settings =
    [
        ("Gateway:DevKey", "mgw_dev_console"), ("Logging:LogLevel:Default", "Information"), ("Gateway:Models:0:Id", "echo"), ("Gateway:Models:0:Targets:0", "echo/echo"),
    ];

    [Fact]
    public async Task Each_event_is_a_line_that_begins_with_its_time_in_utc()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(s_settings, "mgw_dev_console");
        string id = await AskAsync(gateway);
        string line = await LineAsync(gateway, id);
        Match match = Event().Match(line);
        Assert.True(match.Success, line);
        Assert.InRange(DateTimeOffset.UtcNow - DateTimeOffset.Parse(match.Groups[1].Value, null), TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(10));
        Assert.DoesNotContain(gateway.Output, each => each.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_line_is_an_object_where_the_console_is_json()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync([.. s_settings, ("Logging:Console:FormatterName", "json")], "mgw_dev_console");
        string id = await AskAsync(gateway);
        JsonElement line = JsonElement.Parse(await LineAsync(gateway, id));
        Assert.Equal(["Timestamp", "EventId", "LogLevel", "Category", "Message", "State"], line.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Information", "Gateway.Http.RequestLog", 1), (line.GetProperty("LogLevel").GetString(), line.GetProperty("Category").GetString(), line.GetProperty("EventId").GetInt32()));
        Assert.Matches(Time(), line.GetProperty("Timestamp").GetString());
        JsonElement state = line.GetProperty("State");
        Assert.Equal(
            ["Method", "Path", "Status", "Milliseconds", "RequestId", "Team", "KeyId", "Model", "Route", "UpstreamStatus", "Attempts", "Stream", "Cached", "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "CostUsd", "ErrorType", "ClientLeft", "{OriginalFormat}"],
            state.EnumerateObject().Select(member => member.Name));
        Assert.Equal((200, "echo", JsonValueKind.Null, JsonValueKind.False), (state.GetProperty("Status").GetInt32(), state.GetProperty("Model").GetString(), state.GetProperty("ErrorType").ValueKind, state.GetProperty("Stream").ValueKind));
        Assert.All(gateway.Output, each => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(each).ValueKind));

        // The greeting, too. A key that was set is known, so it is not said.
        Assert.Equal(JsonValueKind.Null, JsonElement.Parse(gateway.Output.First()).GetProperty("State").GetProperty("DevelopmentKey").ValueKind);
    }

    [Theory]
    [InlineData(null, null, "yyyy-MM-ddTHH:mm:ss.fffZ ", true, true)]
    [InlineData("Logging:Console:FormatterName", "", "yyyy-MM-ddTHH:mm:ss.fffZ ", true, true)]
    [InlineData("Logging:Console:FormatterName", "json", "yyyy-MM-ddTHH:mm:ss.fffZ", true, true)]
    [InlineData("Logging:Console:FormatterOptions:UseUtcTimestamp", "false", "yyyy-MM-ddTHH:mm:ss.fffzzz ", false, true)]
    [InlineData("Logging:Console:FormatterOptions:TimestampFormat", "HH:mm ", "HH:mm ", true, true)]
    [InlineData("Logging:Console:FormatterOptions:SingleLine", "false", "yyyy-MM-ddTHH:mm:ss.fffZ ", true, false)]
    public async Task Settings_of_the_operator_win(string? key, string? value, string format, bool utc, bool oneLine)
    {
        Dictionary<string, string?> settings = new() { ["URLS"] = "http://127.0.0.1:0" };
        if (key is not null)
        {
            settings[key] = value;
        }

        await using WebApplication app = LocalHostApp.Create([], settings);
        SimpleConsoleFormatterOptions options = app.Services.GetRequiredService<IOptionsMonitor<SimpleConsoleFormatterOptions>>().CurrentValue;
        Assert.Equal((format, utc, oneLine), (options.TimestampFormat, options.UseUtcTimestamp, options.SingleLine));
        Assert.Equal(value == "json" ? "json" : "simple", app.Services.GetRequiredService<IOptionsMonitor<ConsoleLoggerOptions>>().CurrentValue.FormatterName);
    }

    private static async Task<string> AskAsync(GatewayProcess gateway)
    {
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", """{"model":"echo","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""");
        return response.Headers.GetValues("request-id").Single();
    }

    private static async Task<string> LineAsync(GatewayProcess gateway, string id)
    {
        await Patience.UntilAsync(() => gateway.Output.Any(line => line.Contains(id, StringComparison.Ordinal)));
        return gateway.Output.Single(line => line.Contains(id, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) info: Gateway\.Http\.RequestLog\[1\] POST /v1/messages 200 ms=\d+ request=req_\w+ team=development ")]
    private static partial Regex Event();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    private static partial Regex Time();
}
