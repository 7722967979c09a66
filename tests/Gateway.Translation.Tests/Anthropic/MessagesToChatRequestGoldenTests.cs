using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Anthropic;

public sealed class MessagesToChatRequestGoldenTests
{
    public static TheoryData<string> Cases => [.. RequestGolden.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Wires_are_as_recorded(string name)
    {
        RequestGolden golden = new(name);
        ArrayBufferWriter<byte> upstream = new();
        GatewayError? refusal = RequestGolden.Translate(golden.ClientRequest, RequestGolden.TargetOf(golden.Profile), upstream, out ChatExchange? exchange);
        if (refusal is not null)
        {
            Assert.True(golden.Has("error.json"), refusal.Message);
            Assert.Equal(RequestGolden.Compact(golden.Read("error.json")), ErrorFile(refusal));
            return;
        }

        Assert.True(golden.Has("upstream-request.json"), Encoding.UTF8.GetString(upstream.WrittenSpan));
        Assert.Equal(RequestGolden.Compact(golden.Read("upstream-request.json")), RequestGolden.Compact(upstream.WrittenSpan));
        Assert.Equal(golden.Has("report.txt") ? Encoding.UTF8.GetString(golden.Read("report.txt")).TrimEnd() : "", exchange!.Report.ToString());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_goes_upstream_is_a_chat_completions_request(string name)
    {
        RequestGolden golden = new(name);
        Profile profile = golden.Profile;
        ArrayBufferWriter<byte> upstream = new();
        if (RequestGolden.Translate(golden.ClientRequest, RequestGolden.TargetOf(profile), upstream, out _) is null)
        {
            using JsonDocument body = JsonDocument.Parse(upstream.WrittenMemory);
            Assert.Empty(new ChatRequestShape(profile).Problems(body.RootElement));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Translation_is_a_pure_function(string name)
    {
        RequestGolden golden = new(name);
        byte[] body = golden.ClientRequest;
        ChatTarget target = RequestGolden.TargetOf(golden.Profile);
        string[] results = new string[16];
        for (int i = 0; i < 2; i++)
        {
            results[i] = Once(body, target);
        }

        Parallel.For(2, results.Length, i => results[i] = Once(body, target));

        Assert.Single(results.Distinct());
    }

    private static string Once(byte[] body, ChatTarget target)
    {
        ArrayBufferWriter<byte> upstream = new();
        GatewayError? error = RequestGolden.Translate(body, target, upstream, out ChatExchange? exchange);
        return error?.Message ?? Encoding.UTF8.GetString(upstream.WrittenSpan) + exchange!.Report;
    }

    private static string ErrorFile(GatewayError error)
    {
        ArrayBufferWriter<byte> output = new();
        output.Write(Encoding.UTF8.GetBytes($"{{\"status\":{error.Status.ToString(CultureInfo.InvariantCulture)},\"body\":"));
        ErrorBody.WriteAnthropic(error, requestId: null, output);
        output.Write("}"u8);
        return RequestGolden.Compact(output.WrittenSpan);
    }
}
