using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Completions;
using Gateway.Tests.Settings;
using Gateway.Tests.Support;
using Gateway.Translation.Profiles;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Routing.Profiles;

/// <summary>Every flag of a profile, with every value, as it comes out of the configuration and into an upstream's body.</summary>
public sealed partial class ProfileTableTests(ProfileTableTests.Wires wires) : IClassFixture<ProfileTableTests.Wires>
{
    private static readonly IReadOnlyList<FlagRow> s_rows = [.. RequestRows.All, .. AnswerRows.All];

    /// <summary>One gateway whose models are the rows.</summary>
    public sealed class Wires : IAsyncLifetime
    {
        public FakeUpstream Upstream { get; private set; } = null!;

        public GatewayServer Gateway { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Upstream = await FakeUpstream.StartAsync();
            List<(string, string?)> settings =
            [
                ("Gateway:TokenCounting", "exact"),
                ("Gateway:Providers:chat:Kind", "openai"),
                ("Gateway:Providers:chat:BaseUrl", Upstream.Url + "/v1"),
                ("Gateway:Providers:chat:ApiKey", "sk-gateway"),
                ("Gateway:Providers:azure:Kind", "azure-openai"),
                ("Gateway:Providers:azure:BaseUrl", Upstream.Url),
                ("Gateway:Providers:azure:ApiKey", "sk-gateway"),
                ("Gateway:Providers:azure:Api", "responses"),
                ("Gateway:Providers:claude:Kind", "anthropic"),
                ("Gateway:Providers:claude:BaseUrl", Upstream.Url),
                ("Gateway:Providers:claude:ApiKey", "sk-gateway"),
            ];
            foreach ((int i, FlagRow row) in s_rows.Index())
            {
                settings.Add(($"Gateway:Models:{i}:Id", $"row{i}"));
                settings.Add(($"Gateway:Models:{i}:Targets:0", $"{row.Provider}/up"));
                foreach ((string flag, string[] values) in row.Settings)
                {
                    settings.AddRange(values.Length == 1
                        ? [($"Gateway:Models:{i}:Profile:{flag}", values[0])]
                        : values.Select((value, n) => ($"Gateway:Models:{i}:Profile:{flag}:{n}", (string?)value)));
                }
            }

            Gateway = await GatewayServer.StartAsync([.. settings]);
            await Gateway.Services.GetRequiredService<O200kTokenizer>().ExecuteTask!;
        }

        public async Task DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Upstream.DisposeAsync();
        }
    }

    public static TheoryData<string> Rows => [.. s_rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_value_of_a_flag_changes_what_its_row_says(string name)
    {
        (int index, FlagRow row) = s_rows.Index().Single(each => each.Item.Name == name);
        wires.Upstream.Answer = async context =>
        {
            bool stream = row.Answer.StartsWith("data:", StringComparison.Ordinal);
            context.Response.ContentType = stream ? "text/event-stream" : "application/json";
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, row.Answer);
        };
        string? earlier = null;
        if (row.Request.Contains("$ANSWER", StringComparison.Ordinal))
        {
            (string first, _) = await AskAsync(new FlagRow(row.Flags, """{"thinking":{"type":"adaptive"}}"""), index, null);
            earlier = JsonElement.Parse(first).GetProperty("content").GetRawText();
        }

        wires.Upstream.Received.Clear();
        (string answer, string? counted) = await AskAsync(row, index, earlier);
        Assert.NotEmpty(row.Sees);
        Assert.All(row.Sees, fact => Check(fact, wires.Upstream.Received.LastOrDefault(), answer, counted));
    }

    [Fact]
    public void Every_flag_has_a_row() =>
        Assert.Equal(ProfileFlags.Names.Order(), s_rows.Select(row => row.Flag).Distinct().Order());

    /// <summary>Names of the first column, and the values that it quotes.</summary>
    [Fact]
    public void The_documented_flags_and_values_are_those_that_exist_and_have_a_row()
    {
        string[] lines = File.ReadAllLines(WrittenSettings.PathOf("docs/providers.md"));
        HashSet<string> documented = [];
        foreach (string[] columns in lines.SkipWhile(line => line != "## Flags").TakeWhile(line => line == "## Flags" || !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')))
        {
            string[] names = [.. Code().Matches(columns[1]).Select(match => match.Groups[1].Value)];
            documented.UnionWith(names);
            string[] values = columns[2].Contains("true, false", StringComparison.Ordinal) ? ["true", "false"] : [.. Code().Matches(columns[2]).Select(match => match.Groups[1].Value).Where(value => !value.Contains('<', StringComparison.Ordinal))];
            foreach (string value in values)
            {
                Assert.True(ProfileFlags.TrySet(Profile.Default, names[0], [value]) is not null, $"docs/providers.md: {names[0]} does not know {value}");
                Assert.True(s_rows.Any(row => row.Flag == names[0] && row.Settings[0].Values.Contains(value)), $"no row for {names[0]}: {value}");
            }
        }

        Assert.Equal(ProfileFlags.Names.Order(), documented.Order());
    }

    private async Task<(string Answer, string? Counted)> AskAsync(FlagRow row, int index, string? earlier)
    {
        using HttpResponseMessage response = await wires.Gateway.SendAsync(
            HttpMethod.Post, row.Path, row.Body($"row{index}", earlier), default, ("x-api-key", wires.Gateway.ApiKey), ("authorization", "Bearer sk-client"));
        return (await response.Content.ReadAsStringAsync(), response.Headers.TryGetValues("x-gateway-token-count", out IEnumerable<string>? how) ? how.Single() : null);
    }

    private static void Check(string fact, ReceivedRequest? received, string answer, string? counted)
    {
        (string kind, string rest) = fact.Split(' ', 2) is [string first, string other] ? (first, other) : (fact, "");
        switch (kind)
        {
            case "no":
                Assert.Null(FlagRow.At(received!.Json, rest));
                break;
            case "refused":
                Assert.Null(received);
                Assert.Contains(rest, FlagRow.At(JsonElement.Parse(answer), "error.message")?.GetString() ?? answer, StringComparison.Ordinal);
                break;
            case "header":
                Assert.Equal(rest.Split(" = ")[1], received!.Headers[rest.Split(" = ")[0]]);
                break;
            case "client":
                Equal(rest, JsonElement.Parse(answer));
                break;
            case "streams":
                Assert.Contains(rest, answer, StringComparison.Ordinal);
                break;
            case "counted":
                Assert.Equal(rest, counted);
                break;
            default:
                Equal(fact, received!.Json);
                break;
        }
    }

    private static void Equal(string fact, JsonElement root)
    {
        string[] sides = fact.Split(" = ", 2);
        JsonElement? found = FlagRow.At(root, sides[0]);
        Assert.True(found is { } value && JsonElement.DeepEquals(JsonElement.Parse(sides[1]), value), $"{fact}, but it is {found?.GetRawText() ?? "absent"} in {root.GetRawText()}");
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
