using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;
using Gateway.Translation.Tests.MessagesToChat;

namespace Gateway.Translation.Tests.Properties;

/// <summary>Any request for any family, and under any flag, becomes one that such a server takes.</summary>
public sealed class ProfileShapeTests
{
    private static readonly GoldenCase[] s_requests = [.. GoldenCase.All.Where(golden => golden.Set is { Client: ApiForm.Messages, Upstream: ApiForm.Chat, Kind: GoldenKind.Request })];

    public static TheoryData<string> Families =>
    [
        "gpt-4o", "gpt-3.5-turbo", "gpt-5.4", "o3-mini", "gpt-oss-120b", "deepseek-chat", "deepseek-r1", "mistral-large-latest", "magistral-medium",
        "gemini-2.5-pro", "qwen3-32b", "qwen3.5-plus", "kimi-k2-thinking", "kimi-k2.6", "glm-4.6", "minimax-m2", "grok-4.3", "gemma-3-27b", "sonar", "llama3.2",
    ];

    public static TheoryData<string, string> Flags => ProfileFlagsTests.Flags;

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_request_is_legal_for_a_family(string model) => AssertLegal(ModelFamilies.ProfileOf(model));

    [Theory]
    [MemberData(nameof(Flags))]
    public void Every_request_is_legal_under_a_flag(string name, string value) => AssertLegal(ProfileFlags.TrySet(Profile.Default, name, [value])!);

    [Theory]
    [InlineData("string")]
    [InlineData("parts")]
    public void In_any_form_of_content_no_text_is_lost_and_none_changes_its_place(string form)
    {
        Profile profile = ProfileFlags.TrySet(Profile.Default, "contentFormat", [form])!;
        Assert.All(s_requests, golden => Assert.Equal(Texts(golden, Profile.Default), Texts(golden, profile)));
    }

    /// <summary>Nowhere that any of the requests has been before: what an upstream signed goes back to it alone.</summary>
    private static TranslationRun Translate(GoldenCase golden, Profile profile) =>
        TranslationRun.Request(golden.ClientRequest, GoldenTarget.With(profile) with { Provider = "elsewhere" });

    private static void AssertLegal(Profile profile)
    {
        int legal = 0;
        foreach (GoldenCase golden in s_requests)
        {
            TranslationRun run = Translate(golden, profile);
            if (run.Error is null)
            {
                legal++;
                IReadOnlyList<string> problems = new ChatRequestShape(profile).Problems(JsonElement.Parse(run.Bytes));
                Assert.True(problems.Count == 0, $"{golden.Name}: {string.Join("; ", problems)}");
            }
        }

        Assert.InRange(legal, s_requests.Length / 2, s_requests.Length);
    }

    /// <summary>All that the messages say, less the white space that stands between two texts.</summary>
    private static string Texts(GoldenCase golden, Profile profile)
    {
        TranslationRun run = Translate(golden, profile);
        if (run.Error is not null)
        {
            return run.Error.Message;
        }

        StringBuilder texts = new();
        foreach (JsonElement message in JsonElement.Parse(run.Bytes).GetProperty("messages").EnumerateArray())
        {
            JsonElement content = message.GetProperty("content");
            texts.Append(content.AsText());
            foreach (JsonElement part in content.Items())
            {
                texts.Append(part.Text("text"u8));
            }
        }

        return string.Concat(texts.ToString().Where(c => !char.IsWhiteSpace(c)));
    }
}
