using System.Buffers.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Authentication.Oidc;
using Gateway.Tests.Manage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>JSON whose strings are no text, wherever strangers and operators can send JSON: it is refused, never a mistake of the gateway.</summary>
public sealed class NoTextTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string[] s_headers =
    [
        """{"alg":"@","kid":"x"}""", """{"alg":"RS256","kid":"@"}""", """{"alg":"RS256","typ":"@"}""", """{"alg":"RS256","@":1}""",
        """{"alg":"RS256","x5t":"@"}""", """{"alg":"RS256","x":{"@":1}}""", """{"alg":"RS256","x":[["@"]]}""", """{"@":1,"alg":"RS256"}""",
    ];

    private static readonly string[] s_claims =
    [
        """{"iss":"@","aud":"a","exp":1}""", """{"iss":"i","aud":"@","exp":1}""", """{"iss":"i","aud":["a","@"],"exp":1}""", """{"iss":"i","aud":"a","exp":"@"}""",
        """{"iss":"i","aud":"a","exp":1,"sub":"@"}""", """{"iss":"i","aud":"a","exp":1,"@":1}""", """{"iss":"i","aud":"a","exp":1,"x":{"@":1}}""",
        """{"iss":"i","aud":"a","exp":1,"x":{"y":["@"]}}""", """{"@":"i","aud":"a","exp":1}""", """{"iss":"i","aud":"a","exp":1,"nbf":"@"}""",
    ];

    private static readonly string[] s_keys =
    [
        """{"team":"@"}""", """{"team":"t","name":"@"}""", """{"team":"t","owner":"@"}""", """{"team":"t","models":["@"]}""", """{"team":"t","providers":["a","@"]}""",
        """{"team":"t","scopes":["@"]}""", """{"team":"t","tags":{"@":"b"}}""", """{"team":"t","tags":{"a":"@"}}""", """{"team":"t","@":1}""",
        """{"team":"t","limits":{"@":1}}""", """{"team":"t","limits":{"budget_per_day":{"usd":1,"mode":"@"}}}""", """{"team":"t","limits":{"budget_per_day":{"@":1}}}""",
        """{"team":"t","expires_at":"@"}""", """{"@":1,"team":"t"}""", """["@"]""", "\"@\"",
    ];

    private static readonly string[] s_issuers =
    [
        """{"id":"@"}""", """{"id":"a","issuer":"https://@"}""", """{"audiences":["@"]}""", """{"claims":{"@":["x"]}}""", """{"claims":{"a":["@"]}}""",
        """{"any_subject":"@"}""", """{"@":1}""",
    ];

    [Fact]
    public async Task Anyone_with_a_token_that_is_no_text_gets_a_401_in_the_form_of_the_API()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(("Logging:LogLevel:Default", "None"));
        (string Name, string Token)[] tokens =
        [
            .. NoText.In(s_headers).Select(each => (each.Name, $"{Encode(each.Json)}.{Encode("""{"iss":"i","aud":"a","exp":1}"""u8)}.AAAA")),
            .. NoText.In(s_claims).Select(each => (each.Name, $"{Encode("""{"alg":"RS256","kid":"x"}"""u8)}.{Encode(each.Json)}.AAAA")),
        ];
        Assert.InRange(tokens.Length, 150, int.MaxValue);

        foreach ((string name, string token) in tokens)
        {
            RawAnswer messages = await RawHttp.SendAsync(gateway.Url, $"POST /v1/messages HTTP/1.1\r\nAuthorization: Bearer {token}", "{}"u8.ToArray());
            Assert.True(messages.Status == 401 && messages.Anthropic("authentication_error") is { Length: > 0 }, $"{name}: {messages}");
            RawAnswer chat = await RawHttp.SendAsync(gateway.Url, $"POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer {token}", "{}"u8.ToArray());
            Assert.True(chat.Status == 401 && chat.OpenAi() is { Length: > 0 }, $"{name}: {chat}");
        }
    }

    [Fact]
    public async Task Not_even_the_issuer_itself_can_sign_what_is_no_text()
    {
        await using TokenDoor door = await TokenDoor.OpenAsync();
        TokenSigner signer = door.Issuer.AddSigner();
        await door.TrustAsync();
        string good = door.Claims().ToJsonString()[1..];
        await door.AdmitsAsync(signer.Sign("{" + good));

        foreach ((string name, byte[] claims) in NoText.In("{\"jti\":\"@\"," + good, "{\"@\":1," + good, "{\"x\":{\"@\":[]}," + good))
        {
            Assert.True((await door.RefusesAsync(signer.Sign(claims))).Status == 401, name);
        }
    }

    [Fact]
    public async Task Operators_who_send_what_is_no_text_get_a_400_that_says_where()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        (string Name, string Path, byte[] Json)[] requests =
        [
            .. NoText.In(s_keys).Select(each => (each.Name, "POST /manage/keys", each.Json)),
            .. NoText.In(s_keys[3..11]).Select(each => (each.Name, $"PATCH /manage/keys/{ada.KeyId}", each.Json)),
            .. NoText.In("""{"overlap_seconds":"@"}""", """{"@":1}""").Select(each => (each.Name, $"POST /manage/keys/{ada.KeyId}/rotate", each.Json)),
            .. NoText.In(s_issuers).Select(each => (each.Name, "POST /manage/issuers", each.Json)),
            .. NoText.In("""{"limits":{"budget_per_day":{"usd":1,"mode":"@"}}}""", """{"@":{}}""").Select(each => (each.Name, "PATCH /manage/teams/search", each.Json)),
        ];
        Assert.InRange(requests.Length, 150, int.MaxValue);

        foreach ((string name, string path, byte[] json) in requests)
        {
            RawAnswer answer = await RawHttp.SendAsync(ada.Gateway.Url, $"{path} HTTP/1.1\r\nx-api-key: {ada.Key}", json);
            string? message = answer.Status == 400 ? answer.Anthropic("invalid_request_error") : null;
            Assert.True(message is not null && message.Contains("not Unicode", StringComparison.Ordinal) && message.Contains("line 1, byte", StringComparison.Ordinal), $"{path} {name}: {answer}");
        }

        // Nothing of it was done, and the key still works.
        Assert.Equal([$"operators"], (await ada.OkAsync("GET", $"/manage/keys/{ada.KeyId}")).GetProperty("team").GetString()!.Split(','));
        Assert.Equal(0, (await ada.OkAsync("GET", "/manage/issuers")).GetProperty("data").EnumerateArray().Count(issuer => issuer.GetProperty("id").GetString() == "a"));
    }

    [Fact]
    public async Task The_place_of_the_first_such_text_is_said()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);

        RawAnswer answer = await RawHttp.SendAsync(
            ada.Gateway.Url, $"POST /manage/keys HTTP/1.1\r\nx-api-key: {ada.Key}", "{\"team\":\"t\",\n \"name\":\"\\ud83d\\ude00\\ud83d\"}"u8.ToArray());

        Assert.Contains("(line 2, byte 22)", answer.Anthropic("invalid_request_error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_only_looks_like_it_is_taken()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);

        JsonNode made = JsonNode.Parse((await ada.OkAsync("POST", "/manage/keys", """{"team":"search","name":"\ud83d\ude00 \\ud800 ü","tags":{"\ud83d\ude00":"é"}}""", 201)).GetRawText())!;

        Assert.Equal("😀 \\ud800 ü", made["name"]!.GetValue<string>());
        Assert.Equal("é", made["tags"]!["😀"]!.GetValue<string>());
    }

    private static string Encode(ReadOnlySpan<byte> json) => Base64Url.EncodeToString(json);
}
