using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Reads <c>StripBetas</c> and <c>StripFields</c> of a provider.</summary>
internal sealed partial class StripReader(SectionReader settings)
{
    private const string Betas = "StripBetas";
    private const string Fields = "StripFields";

    /// <summary>These are the request.</summary>
    private static readonly string[] s_request = ["model", "messages", "system", "tools", "max_tokens", "stream", "tools.name", "tools.input_schema"];

    /// <summary>The provider's list with what is set.</summary>
    public StripList Read(IConfigurationSection section, Provider provider)
    {
        StripList known = StripList.Of(provider);
        List<string> betas = Lines(section, Betas, BetaPattern(), "the name of a beta, such as fast-mode-2026-02-01, or its beginning and '*'");
        List<string> fields = Lines(section, Fields, FieldPattern(), "a field, such as speed, output_config.task_budget, tools.strict or tools.web_fetch_*, or messages.system");
        foreach (string field in fields.Where(field => s_request.Contains(field)))
        {
            settings.Add($"{section.Path}:{Fields} holds '{field}', without which there is no request. Name a field that can be missing.");
        }

        foreach (string field in fields.Where(IsInsideOfAll))
        {
            settings.Add($"{section.Path}:{Fields} holds '{field}', which is never left out. Name a field beside it, one of tools, or messages.system.");
        }

        if (betas.Count + fields.Count > 0 && provider.Kind != ProviderKind.Anthropic && provider.AtMessages() is null)
        {
            settings.Add($"{section.Path}:{(fields.Count > 0 ? Fields : Betas)} is for servers of Anthropic's form. Leave it out, or set Kind to anthropic.");
        }

        return known.With(betas, fields);
    }

    /// <summary>Below what is a list or no object there is nothing to leave out.</summary>
    private static bool IsInsideOfAll(string field) =>
        field.TrimStart('!') is not "messages.system" && field.TrimStart('!').Split('.') is [var holder, _] && holder != "tools" && s_request.Contains(holder);

    private List<string> Lines(IConfigurationSection section, string key, Regex pattern, string cure)
    {
        List<string> lines = [];
        foreach (IConfigurationSection child in section.GetSection(key).GetChildren())
        {
            string line = child.Value ?? "";
            if (pattern.IsMatch(line))
            {
                lines.Add(line);
            }
            else
            {
                settings.Add($"{child.Path} is '{line}'. Write {cure}; with '!' before it what the gateway leaves out by itself is sent.");
            }
        }

        return lines;
    }

    [GeneratedRegex(@"^!?[A-Za-z0-9][A-Za-z0-9._-]*\*?$")]
    private static partial Regex BetaPattern();

    /// <summary>At the top, or one step below; types of tools may end with <c>*</c>, and become another one behind <c>=</c>.</summary>
    [GeneratedRegex(@"^!?(?:[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?|tools\.[a-z][a-z0-9_]*\*?(?:=[a-z][a-z0-9_]*)?)$")]
    private static partial Regex FieldPattern();
}
