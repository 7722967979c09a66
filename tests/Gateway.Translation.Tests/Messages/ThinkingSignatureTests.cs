using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.Profiles;
using Gateway.Translation.ResponsesToMessages;
using Gateway.Translation.SameForm;

namespace Gateway.Translation.Tests.Messages;

/// <summary>What the gateway packs for the next turn, and what of it can be unpacked.</summary>
public sealed class ThinkingSignatureTests
{
    private static readonly JsonElement s_much = JsonElement.Parse($"{{\"call_1\":\"{new string('x', ThinkingSignature.MaxLength)}\"}}");
    private static readonly JsonElement s_item = JsonElement.Parse("""{"id":"rs_1","encrypted_content":"BLOB"}""");

    [Fact]
    public void What_only_its_maker_can_read_outlives_all_that_is_too_much()
    {
        ThinkingSignature full = new("claude", "0123") { Extra = s_much, Claude = "SIG", Redacted = "RED", Item = s_item };
        string encoded = full.Encode();
        ThinkingSignature less = ThinkingSignature.TryDecode(encoded)!;

        Assert.True(encoded.Length < 1024);
        Assert.Equal(("SIG", "RED", "BLOB", true), (less.Claude, less.Redacted, less.Item.GetProperty("encrypted_content").GetString(), less.IsCut));
        Assert.Equal(JsonValueKind.Undefined, less.Extra.ValueKind);
    }

    [Fact]
    public void What_fits_is_whole_and_what_never_fits_says_only_whose_it_was()
    {
        ThinkingSignature whole = ThinkingSignature.TryDecode(new ThinkingSignature("claude", "0123") { Claude = "SIG", Extra = JsonElement.Parse("{}") }.Encode())!;
        Assert.Equal(("SIG", JsonValueKind.Object, false), (whole.Claude, whole.Extra.ValueKind, whole.IsCut));

        ThinkingSignature none = ThinkingSignature.TryDecode(new ThinkingSignature("claude", "0123") { Redacted = new string('x', ThinkingSignature.MaxLength) }.Encode())!;
        Assert.Equal(("claude", null, true), (none.Origin, none.Redacted, none.IsCut));
    }

    /// <summary>The client has it from an answer in which its thoughts were not to be told.</summary>
    [Fact]
    public void Compaction_that_the_gateway_packed_is_said_as_its_text_to_servers_of_every_form()
    {
        string packed = new ThinkingSignature("claude", "0123") { Text = "All that \"was\"." }.Encode();
        byte[] body = Encoding.UTF8.GetBytes($$"""{"model":"m","store":false,"input":[{"type":"compaction","id":"cmp_1","encrypted_content":"{{packed}}"},{"role":"user","content":"go on"}]}""");
        ArrayBufferWriter<byte> relayed = new();
        TranslationReport report = new();
        Assert.Null(SameFormRequest.WriteResponses(body, new RelayTarget("gpt-5.4", Profile.Default), report, relayed));
        Assert.Equal("""{"model":"gpt-5.4","store":false,"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"All that \"was\"."}]},{"role":"user","content":"go on"}]}""", Encoding.UTF8.GetString(relayed.WrittenSpan));
        Assert.Equal("changed=input_compaction", report.ToString());

        (string claude, string told) = ToClaude(body);
        Assert.Contains("""All that \"was\".""", claude, StringComparison.Ordinal);
        Assert.Equal("changed=input_compaction", told);
    }

    [Fact]
    public void Compaction_of_a_server_is_left_out_for_another_form_and_said_so()
    {
        (string claude, string told) = ToClaude("""{"model":"m","input":[{"type":"compaction","id":"cmp_1","encrypted_content":"THEIRS"},{"role":"user","content":"go on"}]}"""u8.ToArray());
        Assert.DoesNotContain("THEIRS", claude, StringComparison.Ordinal);
        Assert.Equal("dropped=input_compaction", told);
    }

    private static (string Body, string Report) ToClaude(byte[] body)
    {
        Assert.True(ResponsesRequest.TryParse(body, out ResponsesRequest? request, out GatewayError? _));
        using (request)
        {
            using PooledBuffer output = new();
            TranslationReport report = new();
            Assert.Null(ResponsesHub.WriteMessages(request, "claude-sonnet-4-5", ModelFamilies.ProfileOf("claude-sonnet-4-5"), report, output));
            return (Encoding.UTF8.GetString(output.Span), report.ToString());
        }
    }
}
