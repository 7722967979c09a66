using Gateway.Routing;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Settings;

/// <summary>
/// The settings that the gateway really asks its configuration for, as it starts: no list that someone must keep.
/// Names of providers and numbers of models are written as <c>*</c>.
/// </summary>
internal static class RecordedSettings
{
    private const string Any = "any";

    public static SortedSet<string> Read()
    {
        HashSet<string> asked = new(StringComparer.Ordinal);
        Dictionary<string, string?> settings = new()
        {
            [$"Gateway:Providers:{Any}:Kind"] = "openai",
            [$"Gateway:Providers:{Any}:BaseUrl"] = "https://provider.example/v1",
            [$"Gateway:Providers:{Any}:ApiKeys:0"] = "a-key",
            [$"Gateway:Providers:{Any}:Headers:{Any}"] = "x",
            [$"Gateway:Providers:{Any}:Profile:tokenField"] = "max_tokens",
            [$"Gateway:Alerts:Webhooks:{Any}:Url"] = "https://hooks.example/x",
            [$"Gateway:Alerts:Webhooks:{Any}:Events:0"] = "budget",
            ["Gateway:Models:0:Id"] = "m",
            ["Gateway:Models:0:Aliases:0"] = "n",
            ["Gateway:Models:0:Targets:0"] = Any + "/m",
            ["Gateway:Models:0:Profile:tokenField"] = "max_tokens",
        };
        foreach (WellKnownProvider provider in WellKnownProvider.All)
        {
            settings[provider.Variable] = provider.BaseUrl.Length > 0 ? "a-key" : "https://azure.example";
        }

        Start(settings, asked);
        settings["GatewayStorage"] = "UseDevelopmentStorage=true";
        Start(settings, asked);
        Dictionary<string, string?> aws = Cloud(settings, ("Kind", "anthropic"), ("Auth", "sigv4"), ("Aws:Region", "r"), ("Aws:Service", "s"), ("StripBetas:0", "x-2026"), ("StripFields:0", "top_k"));
        Dictionary<string, string?> google = Cloud(settings, ("Kind", "vertex"), ("Google:Project", "p"));
        Start(aws, asked);
        Start(google, asked);

        // A group that is asked for a value of its own is searched for slips of the pen: it must have none.
        return [.. asked.Where(IsOurs).Where(key => !settings.Keys.Concat(aws.Keys).Concat(google.Keys).Any(set => set.StartsWith(key + ":", StringComparison.Ordinal))).Select(Normal)];
    }

    /// <summary>The provider on another cloud, with secrets of that cloud's.</summary>
    private static Dictionary<string, string?> Cloud(Dictionary<string, string?> settings, params (string Key, string Value)[] provider)
    {
        Dictionary<string, string?> cloud = new(settings)
        {
            ["AWS_ACCESS_KEY_ID"] = "id",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["GOOGLE_APPLICATION_CREDENTIALS"] = """{"type":"service_account","client_email":"a","private_key":"k","token_uri":"https://t.example"}""",
        };
        cloud.Remove($"Gateway:Providers:{Any}:ApiKeys:0");
        foreach ((string key, string value) in provider)
        {
            cloud[$"Gateway:Providers:{Any}:{key}"] = value;
        }

        return cloud;
    }

    /// <summary>Builds every singleton and every options object of the gateway's own, since some read late.</summary>
    private static void Start(Dictionary<string, string?> settings, HashSet<string> asked)
    {
        using ConfigurationManager sources = new();
        ((IConfigurationBuilder)sources).Add(new Source(settings, asked));
        sources.AddGatewayFile(AppContext.BaseDirectory);

        // Without the environment of this machine, which would answer instead.
        IConfigurationRoot configuration = new ConfigurationBuilder().Add(new Source(settings, asked)).Build();
        ServiceCollection services = [];
        services.AddLogging();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        services.AddGateway(configuration);
        using ServiceProvider provider = services.BuildServiceProvider();
        foreach (Type type in services.Select(s => s.ServiceType).Where(t => !t.ContainsGenericParameters).Distinct().ToList())
        {
            if (type.Assembly == typeof(GatewayServices).Assembly)
            {
                provider.GetService(type);
            }
            else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConfigureOptions<>))
            {
                object? options = provider.GetService(typeof(IOptions<>).MakeGenericType(type.GenericTypeArguments));
                _ = options!.GetType().GetProperty(nameof(IOptions<>.Value))!.GetValue(options);
            }
        }
    }

    private static bool IsOurs(string key) =>
        key.StartsWith("Gateway", StringComparison.Ordinal) || (!key.Contains(':', StringComparison.Ordinal) && key.Contains('_', StringComparison.Ordinal));

    private static string Normal(string key)
    {
        List<string> parts = [.. key.Split(':').Select(part => part == Any || int.TryParse(part, out _) ? "*" : part)];
        if (parts.Count > 2 && parts[^2] == "Profile")
        {
            parts[^1] = "*";
        }

        return string.Join("__", parts);
    }

    private sealed class Source(Dictionary<string, string?> settings, HashSet<string> asked) : ConfigurationProvider, IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder)
        {
            Data = new Dictionary<string, string?>(settings, StringComparer.OrdinalIgnoreCase);
            return this;
        }

        public override bool TryGet(string key, out string? value)
        {
            asked.Add(key);
            return base.TryGet(key, out value);
        }

        /// <summary>A walk over all settings there are, as the search for unresolved secrets does, asks for none of them.</summary>
        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
            parentPath is null ? earlierKeys : base.GetChildKeys(earlierKeys, parentPath);
    }
}
