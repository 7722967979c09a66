using System.Text;
using System.Text.Json.Nodes;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.ResponsesToMessages;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Responses;

/// <summary>A client of Responses that is given the answer of any golden.</summary>
internal static class Agent
{
    private const string WantsAll = """{"model":"m","input":"x","include":["reasoning.encrypted_content"],"reasoning":{"summary":"auto"}}""";

    /// <summary>To the case's own request, where one of these clients made it and is told anew; else to one that wants all that there is.</summary>
    public static AnswerTranslator Answer(GoldenCase golden, bool streaming)
    {
        bool own = golden.Set is { Client: ApiForm.Responses, IsRelay: false };
        JsonObject asked = JsonNode.Parse(own ? golden.ClientRequest : Encoding.UTF8.GetBytes(WantsAll))!.AsObject();
        asked["stream"] = streaming;
        byte[] body = Encoding.UTF8.GetBytes(asked.ToJsonString());
        if (own)
        {
            return GoldenExchange.Of(golden, body).NewTranslator();
        }

        Assert.True(ResponsesRequest.TryParse(body, out ResponsesRequest? request, out GatewayError? error), error?.Message);
        using (request)
        {
            AnswerContext context = new() { Model = "m", Profile = GoldenTarget.ProfileOf(golden), OfferedTools = ToolsOf(golden), SignatureOrigin = "mock/up", EstimatedInput = GoldenExchange.EstimatedInput };
            return Answers.Translate(golden.Set.Upstream, ApiForm.Responses, request.AnswerContextFor(context, GoldenExchange.ResponseId, GoldenExchange.Created));
        }
    }

    private static HashSet<string> ToolsOf(GoldenCase golden) =>
        [.. (JsonNode.Parse(golden.ClientRequest)!["tools"] as JsonArray ?? []).Select(tool => tool?["name"]?.ToString() ?? "")];
}
