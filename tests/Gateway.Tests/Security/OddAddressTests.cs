using System.Text;
using Gateway.Tests.Manage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>Paths, query strings and headers whose characters are none, or none that anybody expects.</summary>
public sealed class OddAddressTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    /// <summary>As they may stand in a target: no UTF-8, halves of pairs, controls, and what means something to a table.</summary>
    private static readonly string[] s_odd =
    [
        "%ff", "%c3%28", "%ed%a0%80", "%f0%9f%98%80", "%u0041", "%", "%zz", "%01", "%7f", "%c2%85", "%0d%0a", "%27%20or%20true", "%ef%bf%be", "..%2f", "%5c", "%23", "%3f", "a%2fb",
        "\u00ff", new('x', 3000),
    ];

    private static readonly string[] s_queries =
    [
        "/manage/audit?since=@", "/manage/audit?actor=@", "/manage/audit?action=@", "/manage/audit?target=@", "/manage/audit?@=1",
        "/manage/usage?from=@", "/manage/usage?to=@", "/manage/usage?by=@", "/manage/usage?team=@", "/manage/usage?key=@", "/manage/usage?model=@",
        "/manage/keys?team=@", "/manage/keys?state=@", "/manage/keys?@", "/manage/issuers?@=", "/manage/teams?@=1", "/manage/requests/req_1?day=@",
        "/v1/models?limit=@", "/v1/models?after_id=@", "/v1/models?before_id=@",
    ];

    private static readonly string[] s_paths =
    [
        "GET /manage/keys/@", "PATCH /manage/keys/@", "DELETE /manage/keys/@", "POST /manage/keys/@/rotate", "GET /manage/issuers/@", "DELETE /manage/issuers/@",
        "GET /manage/teams/@", "PATCH /manage/teams/@", "DELETE /manage/teams/@", "GET /manage/requests/@", "GET /v1/models/@", "GET /manage/@", "GET /v1/@",
    ];

    [Fact]
    public async Task A_query_string_of_odd_characters_is_answered_or_refused_but_never_a_mistake()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        foreach (string query in s_queries.SelectMany(template => s_odd.Select(odd => template.Replace("@", odd, StringComparison.Ordinal))))
        {
            RawAnswer answer = await SendAsync(ada, $"GET {query}", []);
            AssertNoMistake(query, answer, 200, 400, 404);
        }
    }

    [Fact]
    public async Task A_path_of_odd_characters_is_answered_or_refused_but_never_a_mistake()
    {
        await using Operator ada = await Operator.StartAsync(azurite.ConnectionString);
        foreach (string target in s_paths.SelectMany(template => s_odd.Select(odd => template.Replace("@", odd, StringComparison.Ordinal))))
        {
            RawAnswer answer = await SendAsync(ada, target, target.StartsWith('P') ? "{}"u8.ToArray() : []);
            AssertNoMistake(target, answer, 200, 400, 404, 405);
        }
    }

    [Theory]
    [InlineData("x-api-key")]
    [InlineData("Authorization")]
    [InlineData("anthropic-version")]
    [InlineData("x-claude-code-session-id")]
    [InlineData("traceparent")]
    [InlineData("tracestate")]
    [InlineData("baggage")]
    public async Task A_header_of_odd_characters_is_answered_or_refused_but_never_a_mistake(string header)
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Models:0:Id", "echo"), ("Gateway:Models:0:Targets:0", "echo/echo"));
        byte[][] values =
        [
            "\u00fc"u8.ToArray(), "mgw_\U0001F600"u8.ToArray(), "Bearer \u00fc"u8.ToArray(), "Bearer eyJ\u00fc.\u00fc.\u00fc"u8.ToArray(), "Bearer eyJ.."u8.ToArray(), "Bearer eyJ.\u0001.x"u8.ToArray(),
            [0xFF, 0xFE], [.. "Bearer "u8, 0xC3, 0x28], [0xED, 0xA0, 0x80], [0x7F], [0x01], [.. Enumerable.Repeat((byte)'x', 20_000)],
            [.. "mgw_"u8, .. Enumerable.Repeat((byte)0xC3, 65)], Encoding.UTF8.GetBytes("mgw_" + new string('\u00e9', 62)), Encoding.UTF8.GetBytes("mgw_000000000000_" + new string('\u00e9', 49)),
        ];
        foreach (byte[] value in values)
        {
            foreach (string path in new[] { "/v1/messages", "/v1/messages/count_tokens", "/v1/chat/completions", "/manage/keys" })
            {
                byte[] key = header == "x-api-key" || header == "Authorization" ? [] : Encoding.ASCII.GetBytes($"\r\nx-api-key: {GatewayServer.Key}");
                byte[] head = [.. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1"), .. key, .. Encoding.ASCII.GetBytes($"\r\n{header}: "), .. value];
                RawAnswer answer = await RawHttp.SendAsync(gateway.Url, head, """{"model":"echo","max_tokens":9,"team":"t","messages":[{"role":"user","content":"hi"}]}"""u8.ToArray());

                AssertNoMistake($"{path} {header} {Convert.ToHexString(value)}", answer, 200, 400, 401, 431);
            }
        }
    }

    private static Task<RawAnswer> SendAsync(Operator ada, string target, byte[] body) =>
        RawHttp.SendAsync(ada.Gateway.Url, $"{target} HTTP/1.1\r\nx-api-key: {ada.Key}", body);

    /// <summary>What the server itself refuses, it refuses without a body: such bytes never reach the gateway.</summary>
    private static void AssertNoMistake(string what, RawAnswer answer, params int[] expected)
    {
        Assert.True(expected.Contains(answer.Status), $"{what}: {answer}");
        if (answer.Status >= 400 && answer.Body.Length > 0)
        {
            Assert.False(string.IsNullOrEmpty(answer.OpenAi()), $"{what}: {answer}");
        }
    }
}
