using System.Runtime.CompilerServices;
using Gateway.Probes;

namespace Gateway.Cli.Doctor;

/// <summary>Whether each provider's name is found, its port listens and its certificate is good. Nobody is called.</summary>
internal sealed class ReachCheck(ProviderReach reach)
{
    public const string Cure = "look at BaseUrl, at DNS, and at firewalls and proxies (HTTPS_PROXY, NO_PROXY) on the way";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (string Provider, Task<ReachAnswer> Answer)[] looks = [.. reach.Providers.Select(provider => (provider, reach.LookAsync(provider, cancellationToken)))];
        foreach ((string provider, Task<ReachAnswer> answer) in looks)
        {
            ReachAnswer found = await answer;
            string where = found.Proxy is null ? found.Host : $"{found.Host} through the proxy {found.Proxy}";
            yield return found.Problem is { } problem
                ? Finding.Fail($"provider {provider}", $"{where}: {problem}", Cure)
                : Finding.Ok($"provider {provider}", found.Proxy is null ? $"{where} is there" : $"{found.Host}: its proxy {found.Proxy} is there");
        }
    }
}
