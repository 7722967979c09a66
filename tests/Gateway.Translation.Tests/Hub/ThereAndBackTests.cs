using System.Buffers;
using System.Text.Json.Nodes;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Hub;

/// <summary>
/// What the goldens make of a Messages request for a chat server is said again as Messages: every text, image, document,
/// call and result is still there.
/// </summary>
public sealed class ThereAndBackTests
{
    private static readonly Dictionary<string, string> s_noNames = [];

    public static TheoryData<string> Goldens =>
        [.. GoldenCase.All.Where(golden => golden.Set is { Client: ApiForm.Messages, Upstream: ApiForm.Chat, Kind: GoldenKind.Request } && golden.UpstreamRequest is not null && !HalfCharacters.AreIn(golden.ClientRequest)).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Conversation_survives_the_way_to_chat_and_back(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        TranslationRun there = TranslationRun.Request(golden.ClientRequest, GoldenTarget.Of(golden));
        MessagesInventory before = new(JsonNode.Parse(golden.ClientRequest)!.AsObject(), s_noNames);
        if (!GoldenTarget.ProfileOf(golden).Vision && before.Facts.RemoveAll(fact => fact.StartsWith("image ", StringComparison.Ordinal)) > 0)
        {
            // Those that see no images are told of them.
            before.Texts.Add("[image omitted: this model cannot see images]");
        }

        MessagesInventory after = new(Back(there.Bytes), there.Context!.ToolNames);
        string all = string.Join('\n', after.Texts);
        string[] lost =
        [
            .. before.Facts.Where(fact => !after.Facts.Remove(fact)),
            .. before.Texts.Where(text => !all.Contains(text, StringComparison.Ordinal)).Select(text => "text " + text),
        ];
        Assert.Empty(lost);
    }

    private static JsonObject Back(byte[] chat)
    {
        Assert.True(ChatRequest.TryParse(chat, out ChatRequest? request, out GatewayError? error), error?.Message);
        using (request)
        {
            ArrayBufferWriter<byte> output = new();
            Assert.Null(MessagesRequestWriter.Write(request, "claude-sonnet-4-5", ModelFamilies.ProfileOf("claude-sonnet-4-5"), new TranslationReport(), output));
            return JsonNode.Parse(output.WrittenSpan)!.AsObject();
        }
    }
}
