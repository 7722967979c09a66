using Gateway.LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Gateway.Tests.Http;

public sealed class WatchedFilesTests
{
    /// <summary>Linux gives a user 128 watches by default, and who takes one does not start where they are used up.</summary>
    [Fact]
    public async Task LocalHost_watches_no_files()
    {
        await using WebApplication app = LocalHostApp.Create([], new Dictionary<string, string?> { ["Gateway:DevKey"] = "key" });
        JsonConfigurationProvider[] files = [.. ((IConfigurationRoot)app.Configuration).Providers.OfType<JsonConfigurationProvider>()];
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(file.Source.ReloadOnChange, file.Source.Path));
    }
}
