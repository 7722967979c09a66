using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Errors;

public sealed class RedactorTests
{
    private const string Key = "v/Key+1\"2&3=abcdefgh";

    [Theory]
    [InlineData("v/Key+1\"2&3=abcdefgh", "[redacted]")]
    [InlineData("V/KEY+1\"2&3=ABCDEFGH", "[redacted]")]
    [InlineData("v\\/Key+1\\\"2&3=abcdefgh", "[redacted][redacted]")]
    [InlineData("v/Key\\u002B1\\u00222\\u00263=abcdefgh", "[redacted]")]
    [InlineData("v%2FKey%2B1%222%263%3Dabcdefgh", "[redacted]")]
    [InlineData("v/Key+1&quot;2&amp;3=abcdefgh", "[redacted]")]
    [InlineData("Bearer v/Key+1\"2&3=abcdefgh.", "Bearer [redacted].")]
    [InlineData("starts with v/Key+1\"2&3...", "starts with [redacted]...")]
    [InlineData("ends with 3=abcdefgh", "ends with [redacted]")]
    [InlineData("masked v/K...fgh", "masked v/K...fgh")]
    public void Credential_is_found_in_every_form(string text, string clean)
    {
        Redactor redactor = new();
        redactor.Add(Key);
        Assert.Equal(clean, redactor.Text(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("u:")]
    [InlineData("me:")]
    [InlineData("Bearer ")]
    public void Credential_is_found_in_base_64_wherever_it_stands_in_the_text(string before)
    {
        Redactor redactor = new();
        redactor.Add(Key);
        string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + Key + "!"));
        string inner = Convert.ToBase64String(Encoding.UTF8.GetBytes(Key))[4..16];
        string clean = redactor.Text(encoded);
        Assert.Contains("[redacted]", clean, StringComparison.Ordinal);
        Assert.DoesNotContain(inner, clean, StringComparison.Ordinal);
        Assert.Equal("[redacted]", redactor.Text(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Key))));
    }

    [Theory]
    [InlineData("key EMPTY is not valid, content must not be EMPTYish", "key [redacted] is not valid, content must not be EMPTYish")]
    [InlineData("empty", "empty")]
    public void Short_credential_is_a_word(string text, string clean)
    {
        Redactor redactor = new();
        redactor.Add("EMPTY");
        Assert.Equal(clean, redactor.Text(text));
    }

    [Theory]
    [InlineData("sk-abcdef123 and gsk_abcdef123 and xai-abc123", "[redacted] and [redacted] and [redacted]")]
    [InlineData("sk-proj-ab****yz and sk-...abcd and sk-ab…yz", "sk-proj-ab****yz and sk-...abcd and sk-ab…yz")]
    [InlineData("AIzaSyA1234567890 eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "[redacted] [redacted]")]
    [InlineData("key_not_found: task-force risk-free api_key", "key_not_found: task-force risk-free api_key")]
    [InlineData("at 10.0.0.5:8000, 172.16.0.1, 172.32.0.1, 192.168.1.1, 8.8.8.8, 100.64.1.1 and v10.0.0.5", "at [address], [address], 172.32.0.1, [address], 8.8.8.8, [address] and v10.0.0.5")]
    [InlineData("::1 [::1]:80 fe80::1%eth0 fd00::1 ::ffff:10.0.0.1 2001:db8::1 std::vector 12:30:45", "[address] [address] [address] [address] [address] 2001:db8::1 std::vector 12:30:45")]
    [InlineData("localhost:8000, db.internal, a.b.svc.cluster.local:80, ip-10-0-0-5.ec2.internal, internal error", "[address], [address], [address], [address], internal error")]
    [InlineData("https://internal.host/v1?x=1 http://gpu:8000/v1 redis://:pw@cache:6379 https://docs.claude.com/en/x", "[url] [url] [url] https://docs.claude.com/en/x")]
    [InlineData("http://10.0.0.1/docs http://x.internal/docs https://vllm.example/docs/x https://evilopenai.com/x", "[url] [url] https://vllm.example/docs/x [url]")]
    [InlineData("in organization org-AbC123 on tokens", "in organization [account] on tokens")]
    [InlineData("in organization acme on tokens; organization: acme", "in organization [organization] on tokens; organization: [organization]")]
    [InlineData("This organization has been disabled. org-wide", "This organization has been disabled. org-wide")]
    [InlineData("not used in project 123456789 before; proj_abc123", "not used in [account] before; [account]")]
    [InlineData("HTTPConnectionPool(host='gpu-7', port=8000)", "HTTPConnectionPool(host='[address]', port=8000)")]
    public void What_looks_private_is_taken_out_and_nothing_else(string text, string clean) => Assert.Equal(clean, new Redactor().Text(text));

    [Theory]
    [InlineData("http://gpu-1:8000/v1", "no route to gpu-1:8000, gpu-1", "no route to [address], [address]")]
    [InlineData("http://ollama:11434/v1", "ollama:11434 says: ollama is busy", "[address] says: ollama is busy")]
    [InlineData("https://acme.openai.azure.com", "resource acme.openai.azure.com", "resource [address]")]
    [InlineData("https://api.openai.com/v1", "api.openai.com is down", "api.openai.com is down")]
    [InlineData("https://x.example/v1?code=0123456789abcdef&api-version=2026-01-01-preview", "code 0123456789abcdef of 2026-01-01-preview", "code [redacted] of 2026-01-01-preview")]
    public void Host_and_keys_of_the_base_url_are_taken_out(string baseUrl, string text, string clean) => Assert.Equal(clean, new Redactor(baseUrl).Text(text));

    [Fact]
    public void Object_stays_as_it_came_but_for_what_is_private()
    {
        Redactor redactor = new();
        redactor.Add("0123456789abcdef");
        byte[]? clean = redactor.ErrorObject("""{ "error" : {"message":"key \u00301\u00323456789abcdef", "n":1.50, "organization":"acme","user_id":12, "e":"é\/"},"0123456789abcdef":[null,true]}"""u8);
        Assert.Equal("""{ "error" : {"message":"key [redacted]", "n":1.50, "organization":"[redacted]","user_id":"[redacted]", "e":"é\/"},"[redacted]":[null,true]}""", Encoding.UTF8.GetString(clean!));
        Assert.Null(redactor.ErrorObject("""{"error":"cut"""u8));
        Assert.Null(redactor.ErrorObject("[1]"u8));
        Assert.Null(redactor.ErrorObject("{\"a\":\"\xff\"}"u8[..^4]));
    }

    [Fact]
    public void Only_members_named_error_are_cleaned_in_an_answer()
    {
        string json = """{"a":"10.0.0.1","choices":[{"error":{"m":["10.0.0.1"]},"b":"10.0.0.1"},{"error":"10.0.0.1","c":"10.0.0.1"}],"error":null,"d":"10.0.0.1"}""";
        Assert.Equal(
            """{"a":"10.0.0.1","choices":[{"error":{"m":["[address]"]},"b":"10.0.0.1"},{"error":"[address]","c":"10.0.0.1"}],"error":null,"d":"10.0.0.1"}""",
            Encoding.UTF8.GetString(new Redactor().ErrorMembers(Encoding.UTF8.GetBytes(json))));
    }

    /// <summary>A text that is shortened must not show the half of a key that stood at the cut.</summary>
    [Fact]
    public void Cut_never_leaves_the_beginning_of_a_key()
    {
        string key = new string('k', 40) + "-" + string.Concat(Enumerable.Range(0, 3000).Select(i => (char)('a' + (i * 7 % 26))));
        Redactor redactor = new();
        redactor.Add(key);
        for (int before = 1400; before < 6000; before += 13)
        {
            string clean = redactor.Text(new string(' ', before) + key + key);
            Assert.DoesNotContain("kkkk", clean, StringComparison.Ordinal);
            Assert.InRange(clean.Length, 0, Redactor.MaxText);
        }

        Assert.Equal(new string('a', Redactor.MaxText - 1), redactor.Text(new string('a', Redactor.MaxText - 1) + "😀😀"));
    }

    /// <summary>Text of a hostile server that patterns like to go over again and again.</summary>
    [Theory]
    [InlineData("a-")]
    [InlineData("a.")]
    [InlineData("sk-")]
    [InlineData("http://")]
    [InlineData("\\")]
    [InlineData("::")]
    [InlineData("10.")]
    [InlineData("project ")]
    [InlineData("organization=")]
    [InlineData("Bearer ")]
    [InlineData("eyJaaaaaaaaaa.")]
    [InlineData("host = '")]
    [InlineData("a@")]
    public void No_text_takes_long(string piece)
    {
        string text = string.Concat(Enumerable.Repeat(piece, 64 * 1024 / piece.Length));
        byte[] json = Encoding.UTF8.GetBytes($"{{\"error\":\"{JsonEncodedText.Encode(text)}\"}}");
        Redactor redactor = new("http://gpu-1:8000");
        redactor.Add(Key);
        Assert.NotNull(redactor.ErrorObject(json));
    }

    /// <summary>With work that grows with the square of the length, each of them would take hours.</summary>
    [Theory]
    [InlineData("\\\\")]
    [InlineData("01234567 ")]
    [InlineData("%25")]
    [InlineData("&#0")]
    [InlineData("a.")]
    public void Members_of_megabytes_are_cut_before_they_are_looked_through(string part)
    {
        Redactor redactor = new();
        redactor.Add("0123456789abcdef");
        string text = string.Concat(Enumerable.Repeat(part, 8_000_000 / part.Length));
        byte[]? clean = redactor.ErrorObject(Encoding.UTF8.GetBytes($"{{\"error\":{{\"message\":\"{text}\"}}}}"));
        Assert.InRange(clean!.Length, 1, 2 * Redactor.MaxText + 100);
    }

    [Theory]
    [InlineData("ab&#x2B;cd&#x2F;ef&#61;gh&#45;ij")]
    [InlineData("ab%252Bcd%252Fef%253Dgh-ij")]
    [InlineData("%61%62%2b%63%64%2f%65%66%3d%67%68%2d%69%6a")]
    [InlineData(@"\x61\x62\x2b\x63\x64\x2f\x65\x66\x3d\x67\x68\x2d\x69\x6a")]
    public void Escapes_of_other_kinds_hide_no_credential(string escaped)
    {
        Redactor redactor = new();
        redactor.Add("ab+cd/ef=gh-ij");
        Assert.Equal("key [redacted], 100%", redactor.Text($"key {escaped}, 100%"));
    }
}
