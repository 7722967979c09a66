using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Routing;

/// <summary>Reads how a provider on another cloud is shown who the gateway is: <c>Auth</c>, <c>Aws</c> and <c>Google</c>.</summary>
internal sealed partial class CloudReader(SectionReader settings, IConfiguration root)
{
    /// <summary>The kind of provider that Vertex AI is.</summary>
    public const string Vertex = "vertex";

    private const string GoogleFile = "GOOGLE_APPLICATION_CREDENTIALS";

    /// <summary>Null unless the provider is Vertex AI.</summary>
    public VertexPlace? ReadVertex(IConfigurationSection section)
    {
        if (!Vertex.Equals(section["Kind"], StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string location = section["Google:Location"] is { Length: > 0 } said ? said : "global";
        if (section["Google:Project"] is not { Length: > 0 } project)
        {
            settings.Add($"{section.Path}:Google:Project is missing. Set it to the id of the Google Cloud project that may use the models.");
            return null;
        }

        CheckPart($"{section.Path}:Google:Project", project);
        CheckPart($"{section.Path}:Google:Location", location);
        return new VertexPlace(project, location);
    }

    /// <summary>Null where a key, or a token of the gateway's own identity, is enough.</summary>
    /// <param name="section">Of one provider.</param>
    /// <param name="baseUrl">Its address, which may say the region.</param>
    /// <param name="keys">Its API keys, which cannot be sent beside.</param>
    public CloudAccess? Read(IConfigurationSection section, string baseUrl, List<string> keys)
    {
        string auth = section["Auth"] is { Length: > 0 } said ? said.ToLowerInvariant() : Vertex.Equals(section["Kind"], StringComparison.OrdinalIgnoreCase) ? "google" : "";
        if (auth is "sigv4" or "google" && keys.Count > 0)
        {
            settings.Add($"{section.Path}:ApiKey is set, and Auth is {auth}, which sends no key. Leave one of them out.");
        }

        switch (auth)
        {
            case "sigv4":
                return ReadAws(section, baseUrl);
            case "google":
                return ReadGoogle(section);
            case "" or "x-api-key" or "api-key" or "bearer" or "entra":
                return null;
            default:
                settings.Add($"{section.Path}:Auth is {SettingProblems.Quote(section["Auth"])}. Set it to {ProviderAuths.Names}, or leave it out: then the host says it.");
                return null;
        }
    }

    private AwsSigning ReadAws(IConfigurationSection section, string baseUrl)
    {
        (string? region, string? service) = AwsSigning.Of(baseUrl);
        string? role = Text(section, "Aws:RoleArn");
        string? scope = Text(section, "TokenScope");
        AwsKeys? keys = role is null && root["AWS_ACCESS_KEY_ID"] is { Length: > 0 } id && root["AWS_SECRET_ACCESS_KEY"] is { Length: > 0 } secret
            ? new AwsKeys(id, secret, root["AWS_SESSION_TOKEN"] is { Length: > 0 } session ? session : null)
            : null;
        region = Text(section, "Aws:Region") ?? region;
        service = Text(section, "Aws:Service") ?? service;
        Demand(section, "Aws:Region", region, "the region whose servers answer, such as us-east-1");
        Demand(section, "Aws:Service", service, $"the service's name in signatures, {AwsSigning.Bedrock} or {AwsSigning.ClaudePlatform}");
        if (role is null && keys is null)
        {
            settings.Add($"{section.Path}:Aws:RoleArn is missing. Set it to the role that the gateway's identity assumes, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
        }
        else if (role is not null)
        {
            Demand(section, "TokenScope", scope, "the audience that the identity provider in AWS knows and /.default, such as api://messages-gateway-aws/.default");
            if (!RolePattern().IsMatch(role))
            {
                settings.Add($"{section.Path}:Aws:RoleArn is '{role}'. Set it to the ARN of a role, such as arn:aws:iam::123456789012:role/messages-gateway.");
            }
        }

        string? sts = Text(section, "Aws:StsUrl");
        if (sts is not null)
        {
            settings.CheckUrl($"{section.Path}:Aws:StsUrl", sts);
        }

        return new AwsSigning(region ?? "", service ?? "", role is null ? null : scope) { RoleArn = role, Keys = keys, StsUrl = sts };
    }

    private GoogleAccess? ReadGoogle(IConfigurationSection section)
    {
        string? said = Text(section, "Google:Credentials");
        string key = said is null && root[GoogleFile] is { Length: > 0 } ? GoogleFile : $"{section.Path}:Google:Credentials";
        if ((said ?? root[GoogleFile]) is not { Length: > 0 } text)
        {
            settings.Add($"{key} is missing. Set it to the JSON that gcloud made for a workload identity federation, or of a service account's key, or to the path of such a file.");
            return null;
        }

        try
        {
            string json = text.TrimStart().StartsWith('{') ? text : File.ReadAllText(text);
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement file = document.RootElement;
            switch (Member(file, "type"))
            {
                case "service_account" when Member(file, "client_email") is not null && Member(file, "private_key") is not null && Member(file, "token_uri") is not null:
                    return new GoogleAccess(json, null);
                case "external_account" when Member(file, "audience") is not null && Member(file, "token_url") is not null && Member(file, "subject_token_type") is not null:
                    string? scope = Text(section, "TokenScope") ?? ScopeOf(file);
                    Demand(section, "TokenScope", scope, "the audience that the workload identity pool knows and /.default, such as api://messages-gateway-google/.default");
                    return new GoogleAccess(json, scope ?? "");
            }

            settings.Add($"{key} is neither a service account's key nor a workload identity federation. Set it to a file that gcloud made, whose type is service_account or external_account.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            settings.Add($"{key} is no file that can be read. Set it to the path of one, or to the JSON itself.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            settings.Add($"{key} is no JSON object. Set it to the JSON that gcloud made, or to the path of that file.");
        }

        return null;
    }

    /// <summary>gcloud writes the audience into the address at which a virtual machine asks for its token.</summary>
    private static string? ScopeOf(JsonElement file) =>
        file.TryGetProperty("credential_source", out JsonElement source) && Member(source, "url") is { } url && ResourcePattern().Match(url) is { Success: true } match
            ? Uri.UnescapeDataString(match.Groups[1].Value).TrimEnd('/') + "/.default"
            : null;

    private static string? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static string? Text(IConfigurationSection section, string key) => section[key] is { Length: > 0 } text ? text : null;

    private void Demand(IConfigurationSection section, string key, string? value, string cure)
    {
        if (value is null)
        {
            settings.Add($"{section.Path}:{key} is missing. Set it to {cure}.");
        }
    }

    private void CheckPart(string key, string value)
    {
        if (!PartPattern().IsMatch(value))
        {
            settings.Add($"{key} is '{value}'. Write a single name, of letters, digits, '-', ':' and '.'.");
        }
    }

    [GeneratedRegex(@"^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+$")]
    private static partial Regex RolePattern();

    [GeneratedRegex("[?&]resource=([^&]+)")]
    private static partial Regex ResourcePattern();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9.:-]*$")]
    private static partial Regex PartPattern();
}
