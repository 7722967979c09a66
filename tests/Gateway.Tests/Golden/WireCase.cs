using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Tests.Golden;

/// <summary>One golden folder of the translation's tests, as a request over HTTP through a provider and a model of its own.</summary>
internal sealed partial class WireCase
{
    public const string UpstreamKey = "sk-upstream-secret";

    private WireCase(GoldenCase golden, int number)
    {
        Golden = golden;
        Model = $"golden-{number}";

        // Signatures name the provider that they were made for. Everyone else has its own, so that nothing is learned from others.
        bool signed = golden.Set is { Client: ApiForm.Messages or ApiForm.Responses, Upstream: ApiForm.Chat } && golden.Files.Any(file => Encoding.UTF8.GetString(golden.Read(file)!).Contains("gwy1.", StringComparison.Ordinal));
        Provider = golden.Provider ?? (signed ? "mock" : $"mock-{number}");
    }

    public GoldenCase Golden { get; }

    public string Path => Golden.Set.Client switch
    {
        ApiForm.Chat => "/v1/chat/completions",
        ApiForm.Responses => "/v1/responses",
        _ => "/v1/messages",
    };

    public bool ChatUpstream => Golden.Set.Upstream == ApiForm.Chat;

    /// <summary>It speaks a form of OpenAI's.</summary>
    public bool OpenAiUpstream => Golden.Set.Upstream != ApiForm.Messages;

    /// <summary>What the client asks for.</summary>
    public string Model { get; }

    public string Provider { get; }

    /// <summary>Null unless the case needs what one request over HTTP cannot have.</summary>
    public string? WhyNotOverHttp => Golden.Rejected.Count > 0 ? "an earlier refusal taught the gateway"
        : Golden.Moved || Golden.ForeignUpTo is not null ? "another upstream answered before"
        : Golden.Set is { Upstream: ApiForm.Responses, IsRelay: false } && (Golden.Provider is not null || Golden.Files.Any(file => Encoding.UTF8.GetString(Golden.Read(file)!).Contains("gwy1.", StringComparison.Ordinal))) ? "the address of the upstream decides"
        : null;

    /// <summary>The client's bytes with the case's own model in them; nothing else is touched.</summary>
    public byte[] ClientRequest => Encoding.Latin1.GetBytes(ModelMember().Replace(Encoding.Latin1.GetString(Golden.ClientRequest), $"\"model\": \"{Model}\"", 1));

    public static IReadOnlyList<WireCase> All { get; } = [.. GoldenCase.All.Select((golden, number) => new WireCase(golden, number))];

    /// <summary>The gateway's settings for all cases, as a file: the environment could not say an empty list.</summary>
    public static string Configuration(string upstream)
    {
        Dictionary<string, object> providers = [];
        foreach (WireCase each in All)
        {
            providers[each.Provider] = new { Kind = each.OpenAiUpstream ? "openai" : "anthropic", BaseUrl = upstream + (each.OpenAiUpstream ? "/v1" : ""), ApiKey = UpstreamKey, StripFields = each.Golden.Strips };
        }

        object[] models = [.. All.Select(each => new { Id = each.Model, Targets = (string[])[$"{each.Provider}/{each.Golden.UpstreamModel}"], Profile = each.Golden.Profile ?? JsonElement.Parse("{}"), Api = each.Golden.Set.Upstream == ApiForm.Responses ? "responses" : "" })];
        return JsonSerializer.Serialize(new { Gateway = new { Providers = providers, Models = models } });
    }

    [GeneratedRegex("\"model\"\\s*:\\s*\"(my-alias|claude-alias|my-claude|m)\"")]
    private static partial Regex ModelMember();
}
