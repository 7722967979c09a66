namespace Gateway.Tests.Upstreams;

/// <summary>Settings of a model "m" that is served by two upstreams.</summary>
internal static class TwoTargets
{
    /// <summary>A server where nobody listens.</summary>
    public const string Nobody = "http://127.0.0.1:1";

    /// <param name="first">Is asked first.</param>
    /// <param name="second">Stands in.</param>
    /// <param name="firstName">The provider's name, which other gateways on the same storage know it by.</param>
    /// <param name="secondName">That of the other.</param>
    public static (string Key, string? Value)[] Of(string first, string second, string firstName = "first", string secondName = "second") =>
    [
        ($"Gateway:Providers:{firstName}:Kind", "openai"),
        ($"Gateway:Providers:{firstName}:BaseUrl", $"{first}/v1"),
        ($"Gateway:Providers:{secondName}:Kind", "openai"),
        ($"Gateway:Providers:{secondName}:BaseUrl", $"{second}/v1"),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", $"{firstName}/up"),
        ("Gateway:Models:0:Targets:1", $"{secondName}/up"),
    ];
}
