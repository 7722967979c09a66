using System.Text;
using System.Text.Json.Nodes;
using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Tests.Authentication;
using Gateway.Tests.Authentication.Oidc;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Security;

/// <summary>A registered issuer that has been taken over answers what it likes: the request ends with a 503 all the same.</summary>
public sealed class HostileIssuerTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    /// <summary>What is written first, and what again and again after it; null for silence.</summary>
    public static TheoryData<string, string, string?> Answers => new()
    {
        { "switches protocols", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", null },
        { "switches protocols without a word", "HTTP/1.1 101 Switching Protocols\r\n\r\n", null },
        { "switches protocols and goes on", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "xxxxxxxx" },
        { "is still processing", "HTTP/1.1 102 Processing\r\n\r\n", null },
        { "is processing for ever", "", "HTTP/1.1 102 Processing\r\n\r\n" },
        { "continues for ever", "", "HTTP/1.1 100 Continue\r\n\r\n" },
        { "hints for ever", "", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" },
        { "never ends its headers", Ok, "X-More: more\r\n" },
        { "never ends one header", Ok + "X-More: ", "m" },
        { "never ends its body", Ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n" },
        { "never ends a chunk's extension", Ok + "Transfer-Encoding: chunked\r\n\r\n1;", "x" },
        { "breaks off in silence", Ok + "Content-Length: 100\r\n\r\n{", null },
        { "refuses without end", "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n" },
        { "says nothing", "", null },
        { "speaks no HTTP", "\u0001\u0002\u0003 hello\r\n\r\n", null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_key_set_that_never_comes_is_given_up(string what, string first, string? again)
    {
        await using HostileIssuer issuer = new(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(first), stop);
            while (again is not null)
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(again), stop);
            }

            await Task.Delay(Timeout.Infinite, stop);
        });
        using IssuerClient client = LocalIssuer.CreateClient(issuer.Certificate, TimeSpan.FromSeconds(1));
        MemoryIssuerStore rules = new();
        await rules.AddAsync(new TrustedIssuer { Id = "taken-over", Issuer = issuer.Address, Audiences = ["gateway"], Team = "t", AnySubject = true }, default);
        FakeClock time = new();
        Authenticator door = Door.CreateAuthenticator(new MemoryKeyStore(), rules, client, time, null);
        using TokenSigner signer = TokenSigner.Create();
        string token = signer.Sign(new JsonObject { ["iss"] = issuer.Address, ["aud"] = "gateway", ["exp"] = time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds() });

        // The limit of the test only says that it hangs; the limit of the gateway is much shorter.
        AuthenticationResult result = await door.AuthenticateAsync(new HeaderDictionary { ["Authorization"] = $"Bearer {token}" }, default)
            .AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(result is AuthenticationResult.Refused { Error.Status: 503 }, $"{what}: {result}");
    }

    [Fact]
    public async Task A_connection_that_is_deaf_to_its_token_is_given_up_too()
    {
        using IssuerClient client = new(new DeafHandler(), TimeSpan.FromMilliseconds(50));

        (IssuerKeys? keys, string? problem) = await client.FetchKeysAsync("https://issuer.example").WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Null(keys);
        Assert.Contains("in time", problem, StringComparison.Ordinal);
    }

    private sealed class DeafHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            new TaskCompletionSource<HttpResponseMessage>().Task;
    }
}
