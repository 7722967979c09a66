using System.Text.Json;

namespace Gateway.Tests.Cli;

/// <summary><c>prices</c>: by the gateway's own reader, without storage, to the last digit.</summary>
public sealed class PricesCommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public PricesCommandTests() => File.WriteAllText(_file, """
        { "Gateway": {
          "Providers": {
            "azure1": { "Kind": "azure-openai", "BaseUrl": "https://ours.openai.azure.com/openai/v1" },
            "google": { "Kind": "openai", "BaseUrl": "https://generativelanguage.googleapis.com/v1beta/openai" },
            "local": { "Kind": "openai", "BaseUrl": "http://127.0.0.1:9" } },
          "Models": [
            { "Id": "gpt-5", "Targets": [ "azure1/gpt-5", "local/x" ] },
            { "Id": "gemini-2.5-*", "Targets": [ "google/*" ] },
            { "Id": "group", "Targets": [ "gpt-5" ] },
            { "Id": "own", "Price": { "Input": 3, "Output": 15, "CacheRead": 0.3 }, "Targets": [ "local/y", { "Target": "local/z", "Price": { "Input": 1, "Output": 2 } } ] } ] } }
        """);

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Says_of_each_target_the_price_who_said_it_and_what_the_example_costs()
    {
        JsonElement rows = (await PricesAsync("--json")).Json;

        // 2,000 x 1.25 + 8,000 x 0.125 + 500 x 10, in millionths.
        Is(rows, "gpt-5", "azure1/gpt-5", 0.0085m, "OpenAI's list of ");
        Is(rows, "group", "azure1/gpt-5", 0.0085m, "OpenAI's list of ");
        Is(rows, "gpt-5", "local/x", null, null);
        Is(rows, "own", "local/y", 0.0159m, "configured model");
        Is(rows, "own", "local/z", 0.011m, "configured target");
        Is(rows, "gemini-2.5-pro", "google/gemini-2.5-pro", 0.0085m, "Google's list of ");
        Is(rows, "gemini-2.5-* (others)", "google/gemini-2.5-*", null, null);
        JsonElement tiered = rows.EnumerateArray().Single(row => row.GetProperty("model").GetString() == "gemini-2.5-pro");
        Assert.Equal((200_000, 2.5m), (tiered.GetProperty("long_prompt_above").GetInt64(), tiered.GetProperty("long_prompt").GetProperty("input").GetDecimal()));
    }

    [Theory]
    [InlineData("gpt-5", 2)]
    [InlineData("gpt-5-mini", 0)]
    [InlineData("g*", 8)]
    [InlineData("azure1/gpt-5-mini-2025-08-07", 1)]
    [InlineData("gemini-2.5-flash-preview-09-2025", 1)]
    [InlineData("local/z", 1)]
    public async Task Takes_any_name_that_a_client_may_ask_for(string model, int rows)
    {
        Run run = await PricesAsync("--json", "--model", model);
        Assert.Equal(rows == 0 ? 1 : 0, run.ExitCode);
        Assert.Equal(rows, rows == 0 ? 0 : run.Json.GetArrayLength());
    }

    [Fact]
    public async Task A_direct_name_has_the_price_of_the_model_that_names_its_target() =>
        Is((await PricesAsync("--json", "--model", "local/y")).Json, "local/y", "local/y", 0.0159m, "model own, which names this target");

    [Fact]
    public async Task A_price_that_nobody_knows_is_loud_and_has_a_cure()
    {
        Run run = await PricesAsync();
        Assert.Contains("NO PRICE IS KNOWN for gpt-5 at local/x", run.Output, StringComparison.Ordinal);
        Assert.Contains("Gateway:Models:<n>:Price", run.Output, StringComparison.Ordinal);
        Assert.Contains("UNKNOWN", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_can_be_ones_own()
    {
        Run run = await PricesAsync("--json", "--model", "gemini-2.5-pro", "--input", "200001", "--cached", "1", "--output", "1");

        // A longer prompt: 200,000 x 2.50 + 1 x 0.25 + 1 x 15, in millionths.
        Is(run.Json, "gemini-2.5-pro", "google/gemini-2.5-pro", 0.50001525m, "Google's list of ");
    }

    [Theory]
    [InlineData("api.groq.com", "openai/gpt-oss-120b")]
    [InlineData("groq", "openai/gpt-oss-120b")]
    [InlineData("ours.openai.azure.com", "gpt-5-mini")]
    [InlineData("openrouter.ai", "anthropic/claude-opus-4-5")]
    public async Task Prints_the_lists_without_a_configuration(string host, string model)
    {
        Run run = await Run.GatewayAsync(null, "prices", "--builtin", host, "--json");
        Assert.Contains(run.Json.EnumerateArray(), row => row.GetProperty("model").GetString() == model && row.GetProperty("example_usd").GetDecimal() > 0);
    }

    [Theory]
    [InlineData("--cached is more than --input", "--input", "10", "--cached", "11")]
    [InlineData("--input takes a number of tokens", "--input", "-1", "--cached", "0")]
    [InlineData("Nothing of that name", "--model", "nobody", "--input", "1")]
    [InlineData("did you mean gpt-5?", "--model", "gtp-5", "--input", "1")]
    [InlineData("cannot be read", "--config", "/no/such/file.json", "--input", "1")]
    public async Task A_mistake_is_one_line(string expected, params string[] arguments)
    {
        Run run = arguments[0] == "--config" ? await Run.GatewayAsync(null, ["prices", .. arguments]) : await PricesAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private Task<Run> PricesAsync(params string[] arguments) => Run.GatewayAsync(null, ["prices", "--config", _file, .. arguments]);

    private static void Is(JsonElement rows, string model, string target, decimal? example, string? from)
    {
        JsonElement row = rows.EnumerateArray().Single(row => row.GetProperty("model").GetString() == model && row.GetProperty("target").GetString() == target);
        Assert.Equal(example, row.GetProperty("example_usd").ValueKind == JsonValueKind.Null ? null : row.GetProperty("example_usd").GetDecimal());
        Assert.StartsWith(from ?? "", row.GetProperty("from").GetString() ?? "", StringComparison.Ordinal);
        Assert.Equal(from is null, row.GetProperty("cure").ValueKind == JsonValueKind.String);
    }
}
