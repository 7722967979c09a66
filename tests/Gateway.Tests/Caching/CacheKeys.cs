using System.Text;
using Gateway.Authentication.Access;
using Gateway.Caching;
using Gateway.Routing;
using Gateway.Translation.Hub;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Caching;

/// <summary>The keys of gateways that are set up like this.</summary>
internal static class CacheKeys
{
    public static string Of(string body, params (string Key, string Value)[] settings)
    {
        Dictionary<string, string?> all = new()
        {
            ["Gateway:Providers:fake:Kind"] = "openai",
            ["Gateway:Providers:fake:BaseUrl"] = "http://127.0.0.1:9/v1",
            ["Gateway:Models:0:Id"] = "m",
            ["Gateway:Models:0:Targets:0"] = "fake/up",
        };
        foreach ((string key, string value) in settings)
        {
            all[key] = value;
        }

        Router router = new(CatalogReader.Read(new ConfigurationBuilder().AddInMemoryCollection(all).Build()));
        Caller caller = new() { KeyId = "k", Team = "red", CredentialKind = CredentialKind.ApiKey, CredentialHeader = CredentialHeaders.ApiKey };
        using CacheKey cacheKey = new(caller, ApiForm.Messages, stream: false, router.Find("m")!, new DefaultHttpContext().Request);
        RequestScan scan = new(cacheKey);
        scan.Read(Encoding.UTF8.GetBytes(body));
        return cacheKey.ToString();
    }
}
