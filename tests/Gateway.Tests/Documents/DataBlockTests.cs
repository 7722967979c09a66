using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gateway.Tests.Documents;

/// <summary>Every block of every page that is no command is looked at, too: settings by the gateway itself, the rest by what it is.</summary>
public sealed partial class DataBlockTests
{
    /// <summary>What nothing here can read, and what is looked at elsewhere.</summary>
    private static readonly Dictionary<string, string> s_languages = new()
    {
        ["js"] = "run by Alerts/WebhookTests.cs: the recipe for signatures",
        ["toml"] = "run by tests/clients/terminal.mjs: every test of Codex has the page's configuration",
        ["promql"] = "read by Prometheus, which is no package",
    };

    /// <summary>JSON that the gateway writes and nobody configures, by a member of it.</summary>
    private static readonly string[] s_written = ["\"event\": \"budget.threshold\"", "\"LogLevel\":"];

    public static TheoryData<string> AllPages => [.. Page.Names];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Blocks_of_a_page_are_what_they_say(string name)
    {
        Page page = Page.Read(name);
        string[] mistakes = [.. page.Blocks.SelectMany(block => Mistakes(block).Select(mistake => $"{block}: {mistake}"))];
        Assert.True(mistakes.Length == 0, string.Join('\n', mistakes));
    }

    [Fact]
    public void Compose_file_is_yaml() => Assert.Equal([], OfYaml(File.ReadAllText(Path.Combine(Page.Root, "compose.yaml"))));

    [Theory]
    [InlineData("```json\n{ \"Gateway\": { \"Cash\": {} } }\n```", "Cash")]
    [InlineData("```json\n{ \"Gateway\": { ]\n```", "no JSON")]
    [InlineData("```json\n\"mine\": { \"Kind\": \"opnai\", \"BaseUrl\": \"http://127.0.0.1\" }\n```", "opnai")]
    [InlineData("```json\n\"Models\": [ { \"Id\": \"a\", \"Targets\": [ \"openai/b\" ], \"Prise\": {} } ]\n```", "Prise")]
    [InlineData("```json\n\"provders\": { \"value\": [] }\n```", "provders")]
    [InlineData("```json\n{ \"a\": 1 }\n```", "nobody looks")]
    [InlineData("```kusto\nAppRequests\nwhere A > 1\n```", "where A > 1")]
    [InlineData("```kusto\nAppRequests\n| where (A > 1\n```", "parenthes")]
    [InlineData("```kusto\nAppMetrics\n| where Name == \"gen_ai.gone\"\n```", "gen_ai.gone")]
    [InlineData("```yaml\na: [\n```", "no YAML")]
    [InlineData("```ruby\nputs 1\n```", "nobody looks")]
    [InlineData("```\ngw keys list\n```", "sh")]
    [InlineData("```powershell\ngw keys list\n```", "sh")]
    public void What_is_wrong_is_found(string text, string named) =>
        Assert.Contains(named, Assert.Single(Page.Of("page.md", text).Blocks.SelectMany(Mistakes)), StringComparison.Ordinal);

    private static IEnumerable<string> Mistakes(CodeBlock block) => block.Language switch
    {
        "sh" => [],
        "powershell" => block.FollowsDirectly ? [] : ["a powershell block says what the sh block before it says, and stands directly behind it"],
        "" or "text" => block.Text.Split('\n').Where(line => Command().IsMatch(line)).Select(line => $"a command stands in a sh block: {line}"),
        "json" => OfJson(block),
        "kusto" => OfKusto(block.Text),
        "yaml" => OfYaml(block.Text),
        var language => s_languages.ContainsKey(language) ? [] : [$"nobody looks at blocks of '{language}'; see DataBlockTests"],
    };

    private static IEnumerable<string> OfJson(CodeBlock block)
    {
        // <project> and the like are for readers to fill in.
        string text = Placeholder().Replace(block.Text, "x");
        JsonObject json;
        try
        {
            json = (JsonObject)JsonNode.Parse(text.StartsWith('"') ? $"{{{text}}}" : text)!;
        }
        catch (JsonException exception)
        {
            return [$"this is no JSON: {exception.Message}"];
        }

        return json switch
        {
            _ when json.ContainsKey("Gateway") => OfSettings(json),
            _ when json.ContainsKey("Models") => OfSettings(new JsonObject { ["Gateway"] = json }),
            _ when json.All(member => member.Value is JsonObject provider && provider.ContainsKey("Kind")) => OfSettings(new JsonObject { ["Gateway"] = new JsonObject { ["Providers"] = json } }),
            _ when json.All(member => member.Value is JsonObject parameter && parameter.ContainsKey("value")) => json.Select(member => member.Key).Where(IsNoParameter).Select(name => $"infra/main.bicep has no parameter {name}"),
            _ when block.File is not null || s_written.Any(member => text.Contains(member, StringComparison.Ordinal)) => [],
            _ => ["nobody looks at this JSON; see DataBlockTests"],
        };
    }

    /// <summary>A start with these settings. What a page has named before, it need not say again: providers, and Google's file.</summary>
    private static IEnumerable<string> OfSettings(JsonObject settings)
    {
        JsonObject gateway = settings["Gateway"]!.AsObject();
        gateway["Providers"] ??= Providers(gateway.ToJsonString());
        foreach (JsonObject vertex in gateway["Providers"]!.AsObject().Select(provider => provider.Value).OfType<JsonObject>().Where(provider => (string?)provider["Kind"] == "vertex"))
        {
            JsonObject google = (vertex["Google"] ??= new JsonObject()).AsObject();
            vertex["TokenScope"] ??= "api://clouds/.default";
            google["Project"] ??= "p";
            google["Credentials"] = """{"type":"external_account","audience":"a","token_url":"https://t.example","subject_token_type":"jwt"}""";
        }

        using ConfigurationManager configuration = new();
        ((IConfigurationBuilder)configuration).Add(GatewayFile.Of("the block", settings.ToJsonString()));
        return GatewayServices.CheckConfiguration(configuration).Mistakes;
    }

    /// <summary>Those of which a block of models speaks.</summary>
    private static JsonObject Providers(string text) => new(Target().Matches(text).Select(target => target.Groups[1].Value).Distinct()
        .Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["Kind"] = "openai", ["BaseUrl"] = "https://models.example.com/v1", ["ApiKey"] = "k" })));

    private static IEnumerable<string> OfYaml(string text)
    {
        try
        {
            new YamlStream().Load(new StringReader(text));
            return [];
        }
        catch (YamlException exception)
        {
            return [$"this is no YAML: {exception.Message}"];
        }
    }

    private static bool IsNoParameter(string name) => !Regex.IsMatch(File.ReadAllText(Path.Combine(Page.Root, "infra/main.bicep")), $"^param {Regex.Escape(name)} ", RegexOptions.Multiline);

    /// <summary>Nothing here reads the language whole: a table, stages, what opens is closed, and our metrics have the names that we send.</summary>
    private static IEnumerable<string> OfKusto(string text)
    {
        string[] lines = text.Split('\n');
        IEnumerable<string> stray = lines.Where((line, i) => i == 0 ? !Table().IsMatch(line) : !line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("    ", StringComparison.Ordinal));
        string bare = Text().Replace(text, "");
        IEnumerable<string> open = ((string[])["()", "[]"]).Where(pair => bare.Count(c => c == pair[0]) != bare.Count(c => c == pair[1])).Select(pair => $"its parentheses {pair} do not fit");
        string names = File.ReadAllText(Path.Combine(Page.Root, "docs/telemetry.md"));
        return [.. stray, .. open, .. Text().Matches(text).Select(m => m.Value.Trim('"')).Where(name => name.StartsWith("gen_ai.", StringComparison.Ordinal) && !names.Contains($"`{name}`", StringComparison.Ordinal))];
    }

    [GeneratedRegex(@"^\s*(?:gw|curl|dotnet|docker|az|azd|npm|npx|node|export|git|bash) \S")]
    private static partial Regex Command();

    [GeneratedRegex(@"<[\w ]+>")]
    private static partial Regex Placeholder();

    [GeneratedRegex("\"([a-z]+)/[^\"]+\"")]
    private static partial Regex Target();

    [GeneratedRegex("^[A-Z][A-Za-z]+$")]
    private static partial Regex Table();

    [GeneratedRegex("\"[^\"\n]*\"")]
    private static partial Regex Text();
}
