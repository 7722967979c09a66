using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Alerts;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Functions;
using Gateway.Manage;
using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Gateway.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Manage;

/// <summary>The OpenAPI document says what the code does: the same routes, the same fields.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private GatewayServer _gateway = null!;
    private JsonElement _document;

    public async Task InitializeAsync()
    {
        _gateway = await GatewayServer.StartAsync();
        using HttpResponseMessage response = await _gateway.SendAsync(HttpMethod.Get, "/manage/openapi.json", null, default, ("x-api-key", GatewayServer.Key));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        _document = JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    /// <summary>HEAD is wherever GET is, and goes without saying.</summary>
    [Fact]
    public void Every_route_is_in_the_document_and_every_path_of_the_document_is_served()
    {
        IEnumerable<string> served = typeof(ManageFunctions).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods())
            .Select(method => method.GetParameters().FirstOrDefault()?.GetCustomAttribute<HttpTriggerAttribute>())
            .Where(trigger => trigger?.Route?.StartsWith("manage/", StringComparison.Ordinal) is true)
            .SelectMany(trigger => trigger!.Methods!.Except(["head"]).Select(method => $"{method} /{trigger.Route!.Replace("{*", "{", StringComparison.Ordinal)}"));
        IEnumerable<string> written = _document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(each => each.Name != "parameters").Select(method => $"{method.Name} {path.Name}"));
        Assert.Equal(served.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Responses_have_the_fields_of_the_records()
    {
        HashSet<string> compared = [];
        AssertSame(compared, "KeyList", ManageJson.Default.KeyList);
        AssertSame(compared, "Key", KeyJson.Default.KeyDocument);
        AssertSame(compared, "IssuerList", ManageJson.Default.IssuerList);
        AssertSame(compared, "Issuer", IssuerJson.Default.TrustedIssuer);
        AssertSame(compared, "TeamList", ManageJson.Default.TeamList);
        AssertSame(compared, "Team", TeamJson.Default.Team);
        AssertSame(compared, "AuditList", ManageJson.Default.AuditList);
        AssertSame(compared, "AlertPage", StoredAlertJson.Default.AlertPage);
        AssertSame(compared, "WebhookAnswers", StoredAlertJson.Default.WebhookAnswers);
        AssertSame(compared, "LearnedList", ManageJson.Default.LearnedList);
        AssertSame(compared, "LearnedCleared", ManageJson.Default.LearnedCleared);
        AssertSame(compared, "BudgetList", ManageJson.Default.BudgetList);
        AssertSame(compared, "TargetList", ManageJson.Default.TargetList);
        AssertSame(compared, "Caller", ManageJson.Default.CallerDocument);
        AssertSame(compared, "ActiveConfiguration", ManageJson.Default.ActiveConfiguration);
        AssertSame(compared, "UsageReport", UsageReportJson.Default.UsageReport);
        AssertSame(compared, "RequestList", RequestListJson.Default.RequestList);
        AssertSame(compared, "Receipt", ReceiptJson.Default.Receipt);

        // What they refer to was compared on the way; the rest are requests and the error.
        Assert.Equal(
            ["Error", "KeyRotation", "KeyUpdate", "NewIssuer", "NewKey", "TeamLimits"],
            _document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(schema => schema.Name).Except(compared).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Requests_have_the_fields_that_are_read_and_allow_no_others()
    {
        AssertClosed("NewKey", KeyFields.OfNew);
        AssertClosed("KeyUpdate", KeyFields.OfUpdate);
        AssertClosed("KeyRotation", KeyFields.OfRotation);
        AssertClosed("NewIssuer", IssuerFields.OfNew);
        AssertClosed("People", PeopleFields.OfPeople);
        AssertClosed("TeamOfClaim", PeopleFields.OfTeam);
        AssertClosed("LimitsOfClaim", PeopleFields.OfLimits);
        AssertClosed("TeamLimits", TeamsHandler.OfUpdate);
        AssertClosed("Limits", GrantFields.OfLimits);
        AssertClosed("ModelLimits", GrantFields.OfModelLimits);
        AssertClosed("RateLimit", GrantFields.OfRateLimit);
        AssertClosed("Budget", GrantFields.OfBudget);
    }

    [Fact]
    public void Kinds_of_providers_are_all_in_the_document()
    {
        using ConfigurationManager configuration = new();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AZURE_OPENAI_ENDPOINT"] = "https://x.openai.azure.com",
            ["OPENAI_API_KEY"] = "k",
            ["ANTHROPIC_API_KEY"] = "k",
            ["Gateway:Providers:google:Kind"] = "vertex",
            ["Gateway:Providers:google:Google:Project"] = "p",
            ["Gateway:Providers:google:Google:Credentials"] = """{"type":"service_account","client_email":"a","private_key":"b","token_uri":"c"}""",
        });
        IEnumerable<string> kinds = GatewayServices.CheckConfiguration(configuration).Result!.Providers.Select(provider => provider.Kind);
        Assert.Equal(kinds.Distinct().Order(), Schema("ConfiguredProvider").GetProperty("properties").GetProperty("kind").GetProperty("enum").EnumerateArray().Select(kind => kind.GetString()!).Order());
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        int count = 0;
        Walk(_document);
        Assert.True(count > 50);

        void Walk(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (JsonProperty property in element.EnumerateObject())
                    {
                        if (property.Name == "$ref")
                        {
                            count++;
                            JsonElement target = _document;
                            foreach (string part in property.Value.GetString()!.Split('/').Skip(1))
                            {
                                Assert.True(target.TryGetProperty(part, out target), property.Value.GetString());
                            }
                        }

                        Walk(property.Value);
                    }

                    break;
                case JsonValueKind.Array:
                    foreach (JsonElement item in element.EnumerateArray())
                    {
                        Walk(item);
                    }

                    break;
            }
        }
    }

    private JsonElement Schema(string name) => _document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private void AssertClosed(string name, IEnumerable<string> fields)
    {
        JsonElement schema = Schema(name);
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(fields.Order(StringComparer.Ordinal), schema.GetProperty("properties").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>The same names and kinds, and so on into the records that the fields hold.</summary>
    private void AssertSame(HashSet<string> compared, string name, JsonTypeInfo type)
    {
        if (!compared.Add(name))
        {
            return;
        }

        JsonElement properties = Schema(name).GetProperty("properties");
        Assert.Equal(
            type.Properties.Where(field => field.Get is not null).Select(field => field.Name).Order(StringComparer.Ordinal),
            properties.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        foreach (JsonPropertyInfo field in type.Properties.Where(field => field.Get is not null))
        {
            AssertSameKind(compared, $"{name}.{field.Name}", properties.GetProperty(field.Name), type.Options.GetTypeInfo(field.PropertyType));
        }
    }

    private void AssertSameKind(HashSet<string> compared, string path, JsonElement schema, JsonTypeInfo type)
    {
        if (schema.TryGetProperty("anyOf", out JsonElement choices))
        {
            schema = choices[0];
        }

        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            if (type.Type == typeof(ModelLimits))
            {
                // Written by hand, with the fields that are read: the other test compares those.
                compared.Add(nameof(ModelLimits));
                return;
            }

            Assert.True(type.Kind == JsonTypeInfoKind.Object, path);
            AssertSame(compared, reference.GetString()!.Split('/')[^1], type);
            return;
        }

        JsonElement kind = schema.GetProperty("type");
        string written = kind.ValueKind == JsonValueKind.Array ? kind[0].GetString()! : kind.GetString()!;
        Type plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        string actual = type.Kind switch
        {
            JsonTypeInfoKind.Enumerable => "array",
            JsonTypeInfoKind.Dictionary => "object",
            _ when plain == typeof(bool) => "boolean",
            _ when plain == typeof(int) || plain == typeof(long) => "integer",
            _ when plain == typeof(decimal) || plain == typeof(double) => "number",
            _ => "string",
        };
        Assert.True(actual == written, $"{path}: the code writes {actual}, the document says {written}");
        if (actual == "array")
        {
            AssertSameKind(compared, path + "[]", schema.GetProperty("items"), type.Options.GetTypeInfo(type.ElementType!));
        }
    }
}
