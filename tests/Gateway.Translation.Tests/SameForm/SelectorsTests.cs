using System.Buffers;
using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Translation.SameForm;

namespace Gateway.Translation.Tests.SameForm;

/// <summary>What chooses a model, a provider, a key or an address beside <c>model</c> does not reach an upstream of the same form.</summary>
public sealed class SelectorsTests
{
    [Theory]
    [InlineData("""{"MODEL":"x","model":"a","n":1}""", """{"model":"up","n":1}""", "model")]
    [InlineData("""{"model":"a","Model":"x"}""", """{"model":"up"}""", "model")]
    [InlineData("""{"model":"x","model":"a"}""", """{"model":"up"}""", "model")]
    [InlineData("""{"model":"a","mod\u0065l":"b"}""", """{"mod\u0065l":"up"}""", "model")]
    [InlineData("""{"\u004dODEL":"x","model":"a"}""", """{"model":"up"}""", "model")]
    [InlineData("""{"model":"a","models":["x"],"route":"fallback","y":1}""", """{"model":"up","y":1}""", "route,models")]
    [InlineData("""{"model":"a","model\u017f":["x"]}""", """{"model":"up"}""", "models")]
    [InlineData("""{"model":"a","fallbac\u212as":["x"]}""", """{"model":"up"}""", "fallbacks")]
    [InlineData("""{"model":"a","provider":{"order":["x"]} , "extra_body":{"model":"x"}}""", """{"model":"up"}""", "extra_body,provider")]
    [InlineData("""{"model":"a","extraBody":{},"EXTRA-BODY":{},"api_key":"k","baseUrl":"http://x","awsAccessKeyId":"x","litellm_metadata":{}}""", """{"model":"up"}""", "litellm_*,aws_*,base_url,api_key,extra_body")]
    [InlineData("""{"plugins":[{"id":"web"}],"providerOptions":{},"preset":"p","model":"a","data_sources":[{}]}""", """{"model":"up"}""", "data_sources,preset,provider_options,plugins")]
    [InlineData("""{"model":"a","metadata":{"tags":["fast"],"a":"b"}}""", """{"model":"up","metadata":{"tags":[],"a":"b"}}""", "metadata.tags")]
    [InlineData("""{"model":"a","metadata":{"tags":"fast"}}""", """{"model":"up","metadata":{"tags":"fast"}}""", "")]
    [InlineData("""{"model":"a","max_tokens":9,"max_tokens":1,"MAX_TOKENS":99}""", """{"model":"up","max_tokens":1}""", "max_tokens")]
    [InlineData("""{"model":"a","unknown":{"model":"x","provider":"y"},"top_k":1,"verbosity":"low"}""", """{"model":"up","unknown":{"model":"x","provider":"y"},"top_k":1,"verbosity":"low"}""", "")]
    [InlineData("""{"model":"a","tools":[{"type":"advisor_1","name":"advisor","model":"x"},{"name":"f","input_schema":{}}]}""", """{"model":"up","tools":[{"name":"f","input_schema":{}}]}""", "tool_with_model")]
    [InlineData("""{"model":"a","x":1,"tools":[{"type":"s","a":[{"b":{"model":"x"}}]}]}""", """{"model":"up","x":1}""", "tool_with_model,tools")]
    [InlineData("""{"model":"a","metadata":{"T\u0061gs":["x"]}}""", """{"model":"up","metadata":{"T\u0061gs":[]}}""", "metadata.tags")]
    [InlineData("""{"model":"a","tools":[{"t\u0079pe":"advisor","parameters":{"MODEL":"x"}}],"tool_choice":"auto","x":1}""", """{"model":"up","x":1}""", "tool_with_model,tool_choice,tools")]
    [InlineData("""{"model":"a","tools":[{"type":"function","model":"x","function":{"name":"f","parameters":{"model":"y"}}}]}""", """{"model":"up","tools":[{"type":"function","function":{"name":"f","parameters":{"model":"y"}}}]}""", "tools.model")]
    [InlineData("""{"model":"a","service_tier":"priority","speed":"fast","x":1}""", """{"model":"up","x":1}""", "speed,service_tier")]
    [InlineData("""{"model":"a","service_tier":"flex","Service_Tier":"priority"}""", """{"model":"up","service_tier":"flex"}""", "service_tier")]
    [InlineData("""{"model":"a","service_tier":"pri\u006frity"}""", """{"model":"up"}""", "service_tier")]
    public void Only_model_chooses(string body, string expected, string dropped)
    {
        foreach (bool chat in new[] { true, false })
        {
            ArrayBufferWriter<byte> output = new();
            TranslationReport report = new();
            GatewayError? error = chat
                ? SameFormRequest.WriteChat(Encoding.UTF8.GetBytes(body), new RelayTarget("up", Profile.Default), report, output, out _)
                : SameFormRequest.WriteMessages(Encoding.UTF8.GetBytes(body), new RelayTarget("up", Profile.Default), report, output);

            Assert.Null(error);
            Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
            Assert.Equal(dropped.Length == 0 ? "" : "dropped=" + dropped, report.ToString());
        }
    }

    [Fact]
    public void Edits_inside_a_field_that_goes_go_with_it()
    {
        const string marked = """[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"gwy1.a"},{"type":"text","text":"b"}]}]""";
        ArrayBufferWriter<byte> output = new();
        Assert.Null(SameFormRequest.WriteMessages(Encoding.UTF8.GetBytes($$"""{"model":"a","messages":{{marked}},"messages":[{"role":"user","content":"c"}]}"""), new RelayTarget("up", Profile.Default), new TranslationReport(), output));
        Assert.Equal("""{"model":"up","messages":[{"role":"user","content":"c"}]}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Usage_is_asked_for_beside_fields_that_go()
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Null(SameFormRequest.WriteChat("""{"model":"a","stream":true,"route":"fallback"}"""u8, new RelayTarget("up", Profile.Default), new TranslationReport(), output, out UsageWish usage));
        Assert.Equal("""{"model":"up","stream":true,"stream_options":{"include_usage":true}}""", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(UsageWish.Added, usage);
    }

    [Theory]
    [InlineData("""{"include_usage":true,"include_usage":false}""", """{"include_usage":true,"include_usage":true}""", UsageWish.Changed)]
    [InlineData("""{"include_usage":true,"Include_Usage":false}""", """{"include_usage":true,"Include_Usage":true}""", UsageWish.Changed)]
    [InlineData("""{"INCLUDE_USAGE":false}""", """{"include_usage":true,"INCLUDE_USAGE":true}""", UsageWish.Changed)]
    [InlineData("""{"include_usage":true,"x":1}""", """{"include_usage":true,"x":1}""", UsageWish.Clients)]
    public void Usage_cannot_be_talked_away(string options, string expected, UsageWish wish)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Null(SameFormRequest.WriteChat(Encoding.UTF8.GetBytes($$"""{"model":"a","stream":true,"stream_options":{{options}}}"""), new RelayTarget("up", Profile.Default), new TranslationReport(), output, out UsageWish usage));
        Assert.Equal($$"""{"model":"up","stream":true,"stream_options":{{expected}}}""", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(wish, usage);
    }
}
