using System.Collections.Frozen;
using System.CommandLine;
using Gateway.Cli.Shared;
using Gateway.Metering.Usage;

namespace Gateway.Cli.Usage;

/// <summary>The options that say what requests were for and who sent them.</summary>
internal sealed class FacetOptions
{
    private readonly Option<string?> _provider = new("--provider") { Description = "Only this provider." };
    private readonly Option<string?> _requestedModel = new("--requested-model") { Description = "Only those that asked for models that match; * as a wildcard." };
    private readonly Option<string?> _client = new("--client") { Description = "Only this family of clients: claude-code, codex, curl ..." };
    private readonly Option<string?> _tag = new("--tag") { Description = "Only with these tags; a name alone takes any value.", HelpName = "name=value,..." };
    private readonly Option<string?> _session = new("--session") { Description = "Only this conversation, by the client's name for it." };

    public void AddTo(Command command)
    {
        _tag.Validators.Add(given =>
        {
            if (!UsageFilter.TryReadTags(given.GetValueOrDefault<string?>(), out _))
            {
                given.AddError($"--tag takes {UsageFilter.TagForms}.");
            }
        });
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    public IReadOnlyList<Option<string?>> All => [_provider, _requestedModel, _client, _tag, _session];

    /// <summary>The filters that were given, for a sentence; empty for none.</summary>
    public static string Words(ParseResult arguments, IReadOnlyList<Option<string?>> filters) => filters
        .Where(filter => arguments.GetValue(filter) is not null)
        .Select(filter => $"{filter.Name} {Echo.Of(arguments.GetValue(filter)!)}").ToList() is { Count: > 0 } given ? $" with {string.Join(" and ", given)}" : "";

    public UsageFilter Filter(ParseResult arguments) => new()
    {
        Provider = arguments.GetValue(_provider),
        RequestedModel = arguments.GetValue(_requestedModel),
        Client = arguments.GetValue(_client),
        Tags = UsageFilter.TryReadTags(arguments.GetValue(_tag), out IReadOnlyDictionary<string, string?> tags) ? tags : FrozenDictionary<string, string?>.Empty,
        Session = arguments.GetValue(_session),
    };
}
