using Gateway.Authentication;
using Gateway.Authentication.Keys;
using Gateway.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Storage;

public sealed class StorageSettingsTests
{
    [Fact]
    public void Without_a_setting_a_gateway_that_needs_tables_names_it()
    {
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(() => Options([], requireTables: true));

        Assert.Contains("GatewayStorage", exception.Message, StringComparison.Ordinal);
        Assert.Contains("GatewayStorage__tableServiceUri", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://gateway.table.core.windows.net", true)]
    [InlineData("https://127.0.0.1:10002/devstoreaccount1", true)]
    [InlineData("http://127.0.0.1:10002/devstoreaccount1", false)]
    [InlineData("http://gateway.table.core.windows.net", false)]
    [InlineData("https://gateway.table.core.windows.net?sv=1&sig=x", false)]
    [InlineData("gateway", false)]
    public void An_address_of_the_service_must_be_https_and_hold_no_signature(string uri, bool right)
    {
        Exception? exception = Record.Exception(() => Options([("GatewayStorage:tableServiceUri", uri)], requireTables: true));

        Assert.Equal(right, exception is null);
        Assert.True(exception is null or OptionsValidationException);
    }

    [Fact]
    public void A_connection_string_that_cannot_be_read_is_not_repeated()
    {
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(
            () => Options([("GatewayStorage", "c2VjcmV0")]));

        Assert.Contains("GatewayStorage", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_storages_are_one_too_many() => Assert.Throws<OptionsValidationException>(
        () => Options([("GatewayStorage", "UseDevelopmentStorage=true"), ("GatewayStorage:tableServiceUri", "https://x.table.core.windows.net")]));

    [Fact]
    public void Without_tables_there_is_a_development_key_and_with_tables_there_is_none()
    {
        using ServiceProvider memory = Services([("Gateway:DevKey", "secret of mine")]).BuildServiceProvider();
        using ServiceProvider tables = Services([("GatewayStorage", "UseDevelopmentStorage=true"), ("Gateway:DevKey", "secret of mine")]).BuildServiceProvider();

        Assert.Equal("secret of mine", memory.GetRequiredService<DevelopmentKey>().Value);
        Assert.IsType<MemoryKeyStore>(memory.GetRequiredService<IKeyStore>());
        Assert.NotNull(memory.GetRequiredService<Authenticator>());
        Assert.Null(tables.GetService<DevelopmentKey>());
        Assert.IsType<TableKeyStore>(tables.GetRequiredService<IKeyStore>());
        Assert.NotNull(tables.GetRequiredService<Authenticator>());
    }

    private static GatewayStorageOptions Options((string Key, string Value)[] settings, bool requireTables = false)
    {
        ServiceCollection services = Services(settings);
        services.Configure<GatewayStorageOptions>(options => options.RequireTables = requireTables);
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<GatewayStorageOptions>>().Value;
    }

    private static ServiceCollection Services((string Key, string Value)[] settings)
    {
        ServiceCollection services = new();
        services.AddLogging();
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        services.AddGatewayStorage(configuration);
        services.AddGatewayAuthentication(configuration);
        return services;
    }
}
