using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Gateway.Cli.Shared;
using Gateway.Metering.Reports;
using Microsoft.Extensions.Configuration;

namespace Gateway.Cli.Usage;

/// <summary><c>usage --mine</c>: what the holder of a key has used, asked of the gateway as any client would.</summary>
internal sealed class MineOptions
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly string[] s_keys = ["GATEWAY_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"];

    private static readonly Column<OwnBudget>[] s_budgets =
    [
        new("budget of", budget => budget.Scope == "team" ? "your team" : "you", ColumnKind.Whole),
        new("window", budget => budget.Window + (budget.Mode == "shadow" ? " (only reports)" : ""), ColumnKind.Whole),
        new("models", budget => budget.Model ?? "all", Rank: 2),
        new("USD", budget => Texts.Usd(budget.BudgetUsd), ColumnKind.Number),
        new("spent", budget => Texts.Usd(budget.SpentUsd), ColumnKind.Number),
        new("reserved", budget => Texts.Usd(budget.ReservedUsd), ColumnKind.Number, Rank: 3),
        new("left", budget => Texts.Usd(budget.LeftUsd), ColumnKind.Number),
        new("resets at", budget => Texts.Minute(budget.ResetsAt) ?? "never", ColumnKind.Whole, Rank: 1),
    ];

    private readonly Option<bool> _mine = new("--mine") { Description = $"Your own usage and budgets. The key is in {string.Join(", ", s_keys[..^1])} or {s_keys[^1]}; no access to the storage is needed." };
    private readonly Option<string?> _url = new("--url") { Description = "With --mine: the gateway's address. Default: ANTHROPIC_BASE_URL.", HelpName = "https://..." };

    public void AddTo(Command command)
    {
        command.Add(_mine);
        command.Add(_url);
    }

    public bool IsAsked(ParseResult arguments) => arguments.GetValue(_mine);

    public async Task<int> AskAsync(CommandContext context, IConfiguration settings, DateOnly from, DateOnly to, UsageGroup by, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(context.Arguments.GetValue(_url) ?? settings["ANTHROPIC_BASE_URL"], UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            return context.Fail("Which gateway? Give --url https://..., or set ANTHROPIC_BASE_URL.");
        }

        if (s_keys.Select(name => settings[name]?.Trim()).FirstOrDefault(value => !string.IsNullOrEmpty(value)) is not { } key)
        {
            return context.Fail($"Whose usage? Set {string.Join(", ", s_keys[..^1])} or {s_keys[^1]} to your key of the gateway.");
        }

        string root = url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        root = root.EndsWith("/v1", StringComparison.OrdinalIgnoreCase) ? root[..^3] : root;
        using HttpRequestMessage request = new(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{root}/v1/usage?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&by={NameOf(by)}"));
        request.Headers.Add("anthropic-version", "2023-06-01");
        if (!AddCredential(request, key))
        {
            return context.Fail("The key holds characters that no header takes.");
        }

        return await AskAsync(context, request, cancellationToken);
    }

    /// <summary>A key goes where it decides alone, a token where tokens are looked for.</summary>
    private static bool AddCredential(HttpRequestMessage request, string key)
    {
        if (!key.All(c => c is > ' ' and < '\u007F'))
        {
            return false;
        }

        if (key.Split('.').Length == 3)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return true;
        }

        return request.Headers.TryAddWithoutValidation("x-api-key", key);
    }

    private static async Task<int> AskAsync(CommandContext context, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The key must not follow a redirect to somebody else.
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false };
        using HttpClient client = new(handler) { Timeout = s_patience };
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                return context.Fail($"The gateway refused with {(int)response.StatusCode}: {Words(body)}");
            }

            return Write(context, JsonSerializer.Deserialize(body, OwnUsageJson.Default.OwnUsage) ?? throw new JsonException());
        }
        catch (HttpRequestException exception)
        {
            return context.Fail($"The gateway cannot be reached at {request.RequestUri!.GetLeftPart(UriPartial.Authority)}: {exception.Message.ReplaceLineEndings(" ")}");
        }
        catch (JsonException)
        {
            return context.Fail($"What answers at {request.RequestUri!.GetLeftPart(UriPartial.Authority)} is no gateway of this kind, or an older one.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return context.Fail($"The gateway did not answer within {s_patience.TotalSeconds} s.");
        }
    }

    private static string NameOf(UsageGroup by) => JsonNamingPolicy.SnakeCaseLower.ConvertName(by.ToString());

    /// <summary>The message of the error, on one line; whatever else came is not worth showing.</summary>
    private static string Words(string body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("error").GetProperty("message").GetString()?.ReplaceLineEndings(" ") ?? "";
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "its answer has no message that can be read.";
        }
    }

    private static int Write(CommandContext context, OwnUsage usage)
    {
        if (context.Json)
        {
            context.WriteJson(usage, OwnUsageJson.Default.OwnUsage);
            return 0;
        }

        Listing<UsageReportRow> rows = UsageOutput.ListingOf(usage.By, []);
        if (context.Csv)
        {
            context.WriteCsv(usage.Rows, rows);
            return 0;
        }

        context.WriteLine($"{TextWidth.Clean(usage.Person ?? usage.Name ?? usage.KeyId)} (team {usage.Team}): {Texts.Usd(usage.Spend.TodayUsd)} USD today, {Texts.Usd(usage.Spend.ThisMonthUsd)} USD this month (UTC){(usage.AsOf is { } at ? $", as of {Texts.Second(at)}" : "")}.");
        if (usage.Budgets.Count > 0)
        {
            context.WriteTable(usage.Budgets, s_budgets);
            context.WriteLine("");
        }

        string days = $"{Days.Text(usage.From)} to {Days.Text(usage.To)} (UTC).";
        context.WriteList(usage.Rows, rows, $"No requests from {days}", usage.Total);
        if (usage.Rows.Count > 0)
        {
            context.WriteLine(days);
        }

        return 0;
    }
}
