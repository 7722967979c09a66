using System.Text;
using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Metering.Bills;

/// <summary>One answer over the four ways, cut at the same place before its upstream counted anything: the same tokens.</summary>
public sealed class BrokenStreamCountTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly JsonSerializerOptions s_unescaped = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Arguments = "{\"path\":\"C:\\\\temp\\\\ä.txt\",\"lines\":[1,2,3]}";

    /// <summary>What it thinks, what it says, and what it calls a tool with, in the pieces in which it comes.</summary>
    private static readonly (string Kind, string Text)[] s_pieces =
    [
        ("thinking", "The user wants \"quotes\",\nlines\tand "),
        ("thinking", "a backslash \\ and ünïcödé 漢字 🙂."),
        ("text", "Here are " + new string('x', 400)),
        ("text", "\nlines \"with\" everything: \u0001\u007f é 漢字 🙂\r\n"),
        ("text", "."),
        ("input", Arguments[..9]),
        ("input", Arguments[9..]),
    ];

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, true)]
    [InlineData(3, false, false)]
    [InlineData(4, false, true)]
    [InlineData(5, false, false)]
    [InlineData(6, false, false)]
    [InlineData(7, false, true)]
    [InlineData(3, true, false)]
    [InlineData(7, true, true)]
    public async Task Upstream_that_dies_is_paid_for_what_it_said(int pieces, bool packed, bool escaped)
    {
        long expected = (s_pieces.Take(pieces).Sum(piece => (long)Encoding.UTF8.GetByteCount(piece.Text)) + 3) / 4;
        List<(long Input, long Output)> counts = [];
        foreach ((bool native, bool chat) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            byte[] said = Packing.Pack(Encoding.UTF8.GetBytes(Said(native, pieces, escaped)), packed ? "gzip" : "");
            await using RawUpstream upstream = Dying("text/event-stream", said, packed);
            await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native, null, ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"));
            using HttpResponseMessage answer = await gateway.PostAsync(chat, Body(chat));
            counts.Add(Of(await EntryAsync(gateway, answer)));
        }

        Assert.All(counts, count => Assert.Equal(expected, count.Output));
        Assert.Single(counts.Select(count => count.Input).Distinct());
    }

    /// <summary>Its words are there, its end is not: 3 bytes less and the last brace is missing, 14 less and it is an unfinished name.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(4, 14)]
    [InlineData(7, 14)]
    public async Task Event_that_is_cut_counts_on_no_way(int pieces, int missing)
    {
        long expected = (s_pieces.Take(pieces - 1).Sum(piece => (long)Encoding.UTF8.GetByteCount(piece.Text)) + 3) / 4;
        foreach ((bool native, bool chat) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            byte[] said = Encoding.UTF8.GetBytes(Said(native, pieces, escaped: false))[..^missing];
            await using RawUpstream upstream = Dying("text/event-stream", said, packed: false);
            await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native, null, ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"));
            using HttpResponseMessage answer = await gateway.PostAsync(chat, Body(chat));
            Assert.Equal((native, chat, expected), (native, chat, (await EntryAsync(gateway, answer)).Usage.Output));
        }
    }

    /// <summary>Nobody could use it, and nobody counted it.</summary>
    [Fact]
    public async Task Whole_answer_that_breaks_off_is_free_on_all_ways()
    {
        foreach ((bool native, bool chat) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            string half = native
                ? """{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"Hello there, this"""
                : """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there, this""";
            await using RawUpstream upstream = Dying("application/json", Encoding.UTF8.GetBytes(half), packed: false);
            await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native, null, ("Gateway:Providers:fake:BaseUrl", upstream.Url + "/v1"));
            using HttpResponseMessage answer = await gateway.PostAsync(chat, MeteredGateway.Body());
            UsageEntry entry = await EntryAsync(gateway, answer);
            Assert.Equal((0L, 0L, 0m), (entry.Usage.TotalInput, entry.Usage.Output, entry.Cost));
        }
    }

    /// <summary>It has seen the last word that its upstream said.</summary>
    [Fact]
    public async Task Client_that_leaves_pays_for_what_was_said()
    {
        const int Pieces = 4;
        long expected = (s_pieces.Take(Pieces).Sum(piece => (long)Encoding.UTF8.GetByteCount(piece.Text)) + 3) / 4;
        foreach ((bool native, bool chat) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            await using BilledGateway gateway = await BilledGateway.StartAsync(azurite.ConnectionString, native);
            gateway.Metered.Upstream.Answer = async context =>
            {
                await FakeUpstream.BeginStreamAsync(context);
                await context.Response.WriteAsync(Said(native, Pieces, escaped: false));
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            };
            HttpResponseMessage answer = await gateway.PostAsync(chat, Body(chat));
            string id = MeteredGateway.IdOf(answer);
            await SeeAsync(answer, "everything");
            answer.Dispose();
            UsageEntry entry = UsageRow.ToEntry((await gateway.Metered.RowsAsync(rows => rows.Any(row => row.RowKey == id))).Single(row => row.RowKey == id));
            Assert.Equal((true, expected), (entry.ClientLeft, entry.Usage.Output));
        }
    }

    private static (long Input, long Output) Of(UsageEntry entry) => (entry.Usage.Input, entry.Usage.Output);

    private static string Body(bool chat) => chat
        ? """{"model":"m","max_tokens":5000,"stream":true,"reasoning_effort":"low","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Say \"it\" at length."}],"tools":[{"type":"function","function":{"name":"write","description":"Writes a file","parameters":{"type":"object","properties":{"path":{"type":"string"}}}}}]}"""
        : """{"model":"m","max_tokens":5000,"stream":true,"thinking":{"type":"enabled","budget_tokens":1024},"system":"Be brief.","messages":[{"role":"user","content":"Say \"it\" at length."}],"tools":[{"name":"write","description":"Writes a file","input_schema":{"type":"object","properties":{"path":{"type":"string"}}}}]}""";

    /// <summary>The client gets what there is, and then the end that broke it.</summary>
    private static async Task<UsageEntry> EntryAsync(BilledGateway gateway, HttpResponseMessage answer)
    {
        string id = MeteredGateway.IdOf(answer);
        return UsageRow.ToEntry((await gateway.Metered.RowsAsync(rows => rows.Any(row => row.RowKey == id))).Single(row => row.RowKey == id));
    }

    private static async Task SeeAsync(HttpResponseMessage answer, string word)
    {
        using StreamReader reader = new(await answer.Content.ReadAsStreamAsync(), leaveOpen: true);
        while (await reader.ReadLineAsync() is { } line && !line.Contains(word, StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Ends the connection, and not the answer: the last chunk of HTTP is missing.</summary>
    private static RawUpstream Dying(string type, byte[] body, bool packed) => RawUpstream.Start(async (stream, stop) =>
    {
        string head = $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n{(packed ? "Content-Encoding: gzip\r\n" : "")}Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.UTF8.GetBytes(head), .. body, .. "\r\n"u8], stop);
    });

    private static string Said(bool native, int pieces, bool escaped) => string.Concat(
        (native ? NativeEvents(pieces, escaped) : ChatEvents(pieces, escaped)).Select(one => (one.Name is null ? "" : $"event: {one.Name}\n") + $"data: {one.Data}\n\n"));

    private static IEnumerable<(string? Name, string Data)> ChatEvents(int pieces, bool escaped)
    {
        foreach ((string kind, string text) in s_pieces.Take(pieces))
        {
            string said = Json(text, escaped);
            yield return (null, $$"""{"id":"c","choices":[{"index":0,"delta":{{(kind switch
            {
                "thinking" => $$"""{"reasoning_content":{{said}} }""",
                "text" => $$"""{"content":{{said}} }""",
                _ => $$"""{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"write","arguments":{{said}} } }] }""",
            })}},"finish_reason":null}]}""");
        }
    }

    private static IEnumerable<(string? Name, string Data)> NativeEvents(int pieces, bool escaped)
    {
        yield return ("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null}}""");
        string open = "";
        int index = -1;
        foreach ((string kind, string text) in s_pieces.Take(pieces))
        {
            if (kind != open)
            {
                if (index >= 0)
                {
                    yield return ("content_block_stop", $$"""{"type":"content_block_stop","index":{{index}}}""");
                }

                (open, index) = (kind, index + 1);
                yield return ("content_block_start", $$"""{"type":"content_block_start","index":{{index}},"content_block":{{(kind switch
                {
                    "thinking" => """{"type":"thinking","thinking":"","signature":""}""",
                    "text" => """{"type":"text","text":""}""",
                    _ => """{"type":"tool_use","id":"toolu_1","name":"write","input":{}}""",
                })}}}""");
            }

            string member = kind == "input" ? "\"type\":\"input_json_delta\",\"partial_json\"" : $"\"type\":\"{kind}_delta\",\"{kind}\"";
            yield return ("content_block_delta", $$"""{"type":"content_block_delta","index":{{index}},"delta":{ {{member}}:{{Json(text, escaped)}}} }""".Replace("{ \"type\"", escaped ? "{ \"type\"" : "{\"type\"", StringComparison.Ordinal));
        }
    }

    /// <summary>The same text with all that may be escaped, or with no more than must be.</summary>
    private static string Json(string text, bool escaped) =>
        JsonSerializer.Serialize(text, escaped ? JsonSerializerOptions.Default : s_unescaped);
}
