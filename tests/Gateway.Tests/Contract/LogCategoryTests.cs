using System.Collections.Concurrent;
using System.Reflection;
using Gateway.Functions;
using Gateway.LocalHost;
using Gateway.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Contract;

/// <summary>
/// Operators filter logs by category (<c>Logging__LogLevel__Gateway.Http.RequestLog</c>) and alert on it, so a category
/// is a text of its own: it stays when the type that writes there moves or is renamed.
/// </summary>
public sealed class LogCategoryTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string[] s_categories =
    [
        "Gateway.Admission.AdmissionUpkeep",
        "Gateway.Alerts.AlertDelivery",
        "Gateway.Alerts.AlertSender",
        "Gateway.Authentication.Keys.KeyDirectory",
        "Gateway.Authentication.Oidc.IssuerDirectory",
        "Gateway.Authentication.Oidc.SigningKeys",
        "Gateway.Caching.TableCacheStore",
        "Gateway.Dashboard.SignInPlace",
        "Gateway.Http.O200kTokenizer",
        "Gateway.Http.RequestLog",
        "Gateway.Metering.Rollups.MaintenanceTimer",
        "Gateway.Metering.Rollups.RollupWriter",
        "Gateway.Metering.StrangerBook",
        "Gateway.Metering.UsageWriter",
        "Gateway.Reload.ConfigurationReload",
        "Gateway.Routing.SettingRemarks",
        "Gateway.Routing.UnpricedModels",
        "Gateway.Storage.StorageLog",
        "Gateway.Storage.TableSpendStore",
        "Gateway.Storage.TableVersions",
        "Gateway.Telemetry.OtlpWatch",
        "Gateway.Upstreams.ConfigurationAlarm",
        "Gateway.Upstreams.FailureLog",
        "Gateway.Upstreams.OfferedModels",
        "Gateway.Upstreams.PauseSharing",
        "Gateway.Upstreams.TargetHealth",
        "Gateway.Upstreams.UpstreamIdentity",
        "Gateway.Upstreams.UpstreamMemory",
    ];

    [Fact]
    public async Task Categories_of_a_gateway_with_everything_switched_on_are_those_that_operators_know()
    {
        Categories asked = new();
        IServiceCollection registered = new ServiceCollection();
        Dictionary<string, string?> settings = new()
        {
            ["URLS"] = "http://127.0.0.1:0",
            ["GatewayStorage"] = azurite.ConnectionString,
            ["Gateway:TokenCounting"] = "exact",
            ["AZURE_OPENAI_ENDPOINT"] = "https://mine.openai.azure.com",
            ["Gateway:Cache:Mode"] = "storage",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9",
            ["Logging:LogLevel:Default"] = "None",
        };
        await using WebApplication app = LocalHostApp.Create([], settings, services =>
        {
            registered = services;
            services.AddSingleton<ILoggerProvider>(asked);
        });
        Type[] ours = [.. registered.Where(service => IsOurs(service.ServiceType) && !service.IsKeyedService).Select(service => service.ServiceType).Distinct()];
        Assert.NotEmpty(ours);
        using IServiceScope scope = app.Services.CreateScope();
        foreach (Type service in ours)
        {
            _ = scope.ServiceProvider.GetServices(service).ToList();
        }

        _ = app.Services.GetServices<IHostedService>().ToList();
        Assert.Equal(s_categories, asked.Names.Where(name => name.StartsWith("Gateway", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary><see cref="ILogger{TCategoryName}"/> would take the category from the type's name.</summary>
    [Fact]
    public void No_type_logs_under_its_own_name()
    {
        IEnumerable<string> loggers =
            from assembly in (Assembly[])[typeof(GatewayServices).Assembly, typeof(MessagesFunctions).Assembly, typeof(LocalHostApp).Assembly]
            from type in assembly.GetTypes()
            from constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            from parameter in constructor.GetParameters()
            where parameter.ParameterType is { IsGenericType: true } generic && generic.GetGenericTypeDefinition() == typeof(ILogger<>)
            select type.FullName;
        Assert.Empty(loggers);
    }

    private static bool IsOurs(Type service) => service.Namespace?.StartsWith("Gateway", StringComparison.Ordinal) == true && !service.ContainsGenericParameters;

    private sealed class Categories : ILoggerProvider
    {
        private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

        public ICollection<string> Names => _names.Keys;

        public ILogger CreateLogger(string categoryName)
        {
            _names[categoryName] = true;
            return NullLogger.Instance;
        }

        public void Dispose()
        {
        }
    }
}
