using Gateway.Routing;
using Gateway.Settings;
using Gateway.Translation.Hub;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Routing;

/// <summary>In which form providers are called that offer several, and what stays away from doors to Claude.</summary>
public sealed class SecondDoorTests
{
    [Theory]
    [InlineData("https://api.deepseek.com/v1", "deepseek-chat", "https://api.deepseek.com/anthropic", ProviderAuth.XApiKey)]
    [InlineData("https://api.deepseek.com", "deepseek-v4-pro", "https://api.deepseek.com/anthropic", ProviderAuth.XApiKey)]
    [InlineData("https://api.moonshot.ai/v1", "kimi-k3", "https://api.moonshot.ai/anthropic", ProviderAuth.Bearer)]
    [InlineData("https://api.moonshot.cn/v1", "kimi-k3", "https://api.moonshot.cn/anthropic", ProviderAuth.Bearer)]
    [InlineData("https://api.z.ai/api/paas/v4", "glm-5", "https://api.z.ai/api/anthropic", ProviderAuth.Bearer)]
    [InlineData("https://open.bigmodel.cn/api/paas/v4", "glm-5", "https://open.bigmodel.cn/api/anthropic", ProviderAuth.Bearer)]
    [InlineData("https://api.minimax.io/v1", "MiniMax-M2", "https://api.minimax.io/anthropic", ProviderAuth.Bearer)]
    [InlineData("https://api.minimaxi.com/v1", "MiniMax-M2", "https://api.minimaxi.com/anthropic", ProviderAuth.Bearer)]
    [InlineData("https://openrouter.ai/api/v1", "anthropic/claude-opus-5", "https://openrouter.ai/api", ProviderAuth.Bearer)]
    [InlineData("https://eu.openrouter.ai/api/v1", "anthropic/claude-opus-5", "https://eu.openrouter.ai/api", ProviderAuth.Bearer)]
    public void Clients_of_messages_are_served_in_their_form_where_that_is_better(string url, string model, string address, ProviderAuth auth)
    {
        Target target = Find(model, ("BaseUrl", url));
        Target messages = UpstreamApis.For(target, ApiForm.Messages, hasMessages: true);

        Assert.Equal((ProviderKind.Anthropic, address, auth, model), (messages.Provider.Kind, messages.Provider.BaseUrl, messages.Provider.Auth, messages.UpstreamModel));
        Assert.Equal(model.StartsWith("anthropic/", StringComparison.Ordinal), messages.Profile.AnthropicFields);
        Assert.Same(target, UpstreamApis.For(target, ApiForm.Chat, hasMessages: true));
        Assert.Same(target, UpstreamApis.For(target, ApiForm.Responses, hasMessages: true));
        Assert.Same(target, UpstreamApis.For(target, ApiForm.Messages, hasMessages: false));
        Assert.False(UpstreamApis.PrefersResponses(target, hasTools: true, isAsked: true));
    }

    [Theory]
    [InlineData("https://openrouter.ai/api/v1", "deepseek/deepseek-chat")]
    [InlineData("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen3-max")]
    [InlineData("https://api.fireworks.ai/inference/v1", "accounts/fireworks/models/glm-5")]
    [InlineData("https://ai-gateway.vercel.sh/v1", "anthropic/claude-opus-5")]
    [InlineData("https://api.x.ai/v1", "grok-4")]
    [InlineData("https://ollama.com/v1", "qwen3")]
    [InlineData("http://localhost:8000/v1", "deepseek-chat")]
    [InlineData("https://proxy.example/api.deepseek.com/v1", "deepseek-chat")]
    [InlineData("https://api.deepseek.com/v1?tenant=1", "deepseek-chat")]
    [InlineData("https://api.openai.com/v1", "gpt-5.6")]
    [InlineData("https://api.groq.com/openai/v1", "qwen/qwen3-32b")]
    public void All_others_stay_with_chat(string url, string model)
    {
        Target target = Find(model, ("BaseUrl", url));

        Assert.Same(target, UpstreamApis.For(target, ApiForm.Messages, hasMessages: true));
    }

    [Theory]
    [InlineData("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen3-max", "https://dashscope-intl.aliyuncs.com/apps/anthropic")]
    [InlineData("https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen3-max", "https://dashscope.aliyuncs.com/apps/anthropic")]
    [InlineData("https://api.fireworks.ai/inference/v1", "accounts/fireworks/models/glm-5", "https://api.fireworks.ai/inference")]
    [InlineData("https://openrouter.ai/api/v1", "deepseek/deepseek-chat", "https://openrouter.ai/api")]
    [InlineData("https://ai-gateway.vercel.sh/v1", "anthropic/claude-opus-5", "https://ai-gateway.vercel.sh")]
    [InlineData("https://ollama.com/v1", "qwen3", "https://ollama.com")]
    public void Unless_they_are_told(string url, string model, string address)
    {
        Target target = Find(model, ("BaseUrl", url), ("Api", "messages"));

        Assert.Equal(address, UpstreamApis.For(target, ApiForm.Messages, hasMessages: true).Provider.BaseUrl.TrimEnd('/'));
        Assert.Equal(address, UpstreamApis.For(target, ApiForm.Chat, hasMessages: true).Provider.BaseUrl.TrimEnd('/'));
    }

    [Fact]
    public void Kind_anthropic_at_a_well_known_name_is_what_it_was()
    {
        Target target = new Router(Read("deepseek", ("Kind", "anthropic"), ("ApiKey", "sk-1"))).Find("deepseek/deepseek-chat")!.Targets[0];

        Assert.Equal("https://api.deepseek.com/anthropic", target.Provider.BaseUrl);
        Assert.Same(target, UpstreamApis.For(target, ApiForm.Chat, hasMessages: true));
    }

    [Fact]
    public void Kimi_k3_knows_an_effort_in_that_form_and_the_flag_wins()
    {
        Assert.Equal(["low", "high", "max"], Find("kimi-k3", ("BaseUrl", "https://api.moonshot.ai/v1")).InMessagesForm!.Profile.Effort);
        Assert.Equal(["max"], Find("kimi-k3", ("BaseUrl", "https://api.moonshot.ai/v1"), ("Profile:effort:0", "max")).InMessagesForm!.Profile.Effort);
        Assert.Empty(Find("kimi-k2.5", ("BaseUrl", "https://api.moonshot.ai/v1")).InMessagesForm!.Profile.Effort);
    }

    [Theory]
    [InlineData("Api", "messages", "Gateway:Providers:p:Api is messages, and no endpoint of that form is known at the provider 'p'. Set its MessagesUrl")]
    [InlineData("Api", "native", "Gateway:Providers:p:Api is 'native'. Set it to chat, responses, messages or auto.")]
    [InlineData("MessagesUrl", "ftp://x", "Gateway:Providers:p:MessagesUrl ")]
    [InlineData("StripFields:0", "speed", "Gateway:Providers:p:StripFields is for servers of Anthropic's form.")]
    [InlineData("StripBetas:0", "x-2026", "Gateway:Providers:p:StripBetas is for servers of Anthropic's form.")]
    public void What_cannot_work_stops_the_start(string key, string value, string message) =>
        Assert.Contains(Stopped(("Kind", "openai"), ("BaseUrl", "https://proxy.example/v1"), (key, value)), error => error.StartsWith(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("StripFields:0", "messages", "Gateway:Providers:p:StripFields holds 'messages', without which there is no request.")]
    [InlineData("StripFields:0", "tools.input_schema", "Gateway:Providers:p:StripFields holds 'tools.input_schema', without which there is no request.")]
    [InlineData("StripFields:0", "messages.content", "Gateway:Providers:p:StripFields holds 'messages.content', which is never left out.")]
    [InlineData("StripFields:0", "!system.text", "Gateway:Providers:p:StripFields holds '!system.text', which is never left out.")]
    [InlineData("StripFields:0", "a.b.c", "Gateway:Providers:p:StripFields:0 is 'a.b.c'. Write a field, such as speed,")]
    [InlineData("StripFields:0", "Speed ", "Gateway:Providers:p:StripFields:0 is 'Speed '. Write a field,")]
    [InlineData("StripBetas:0", "a,b", "Gateway:Providers:p:StripBetas:0 is 'a,b'. Write the name of a beta,")]
    [InlineData("StripBetas:0", "", "Gateway:Providers:p:StripBetas:0 is ''. Write the name of a beta,")]
    [InlineData("MessagesUrl", "https://proxy.example", "Gateway:Providers:p:MessagesUrl is a second address of servers whose Kind is openai.")]
    public void What_cannot_be_stripped_stops_the_start(string key, string value, string message) =>
        Assert.Contains(Stopped(("Kind", "anthropic"), ("BaseUrl", "https://proxy.example"), (key, value)), error => error.StartsWith(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("https://bedrock-mantle.us-east-1.api.aws/anthropic", "web-fetch-2025-09-10", "tools.web_search_*")]
    [InlineData("https://mine.services.ai.azure.com/anthropic", "task-budgets-2026-03-13", "output_config.task_budget")]
    public void Door_of_a_cloud_has_its_list(string url, string beta, string field)
    {
        StripList strips = Find("claude-opus-5", ("Kind", "anthropic"), ("BaseUrl", url), ("ApiKey", "sk-1")).Provider.Strips!;

        Assert.True(strips.HasBeta(beta));
        Assert.False(strips.HasBeta("context-1m-2025-08-07"));
        Assert.Contains(field, strips.Fields);
        Assert.Contains("messages.system", strips.Fields);
    }

    [Theory]
    [InlineData("https://api.anthropic.com")]
    [InlineData("https://aws-external-anthropic.us-east-1.api.aws")]
    [InlineData("https://proxy.example")]
    public void Anthropics_own_platforms_have_none(string url) =>
        Assert.Empty(Find("claude-opus-5", ("Kind", "anthropic"), ("BaseUrl", url), ("ApiKey", "sk-1")).Provider.Strips!.Fields);

    [Fact]
    public void Operator_adds_lines_and_takes_them_back()
    {
        StripList strips = new StripList(["fast-mode-*"], ["speed", "tools.web_search_*=web_search_20250305"]).With(["mine-2026", "!fast-mode-*"], ["top_k", "!tools.web_search_*"]);

        Assert.Equal(["mine-2026"], strips.Betas);
        Assert.Equal(["speed", "top_k"], strips.Fields);
    }

    private static IReadOnlyList<string> Stopped(params (string, string)[] settings) => Assert.Throws<ConfigurationException>(() => Read("p", settings)).Errors;

    private static Target Find(string model, params (string, string)[] settings) => new Router(Read("p", [("Kind", "openai"), .. settings])).Find($"p/{model}")!.Targets[0];

    private static Catalog Read(string provider, params (string Key, string Value)[] settings) => CatalogReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.GroupBy(pair => pair.Key).ToDictionary(pair => $"Gateway:Providers:{provider}:{pair.Key}", string? (pair) => pair.Last().Value))
        .Build());
}
