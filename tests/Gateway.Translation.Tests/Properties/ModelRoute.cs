using System.Text;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>From clients of one form to one model at one provider and back, for properties that make their own exchanges.</summary>
internal sealed class ModelRoute : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("route");
    private readonly GoldenCase _case;

    /// <param name="client">The client's form.</param>
    /// <param name="upstream">The server's.</param>
    /// <param name="model">As the server calls it.</param>
    /// <param name="provider">Whose signatures are its own.</param>
    /// <param name="profile">Flags that differ from the family's, as JSON.</param>
    public ModelRoute(ApiForm client, ApiForm upstream, string model, string provider, string profile = "{}")
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "client-request.json"), """{"model":"m"}""");
        File.WriteAllText(Path.Combine(_folder.FullName, "target.json"), $$"""{"upstreamModel":"{{model}}","provider":"{{provider}}"}""");
        File.WriteAllText(Path.Combine(_folder.FullName, "profile.json"), profile);
        _case = new GoldenCase(new GoldenSet("route", client, upstream, GoldenKind.Answer), _folder.FullName);
    }

    /// <summary>What the server is sent.</summary>
    public JsonObject Send(JsonObject request)
    {
        GoldenExchange exchange = Exchange(request);
        Assert.Null(exchange.Refusal?.Message);
        return JsonNode.Parse(exchange.Upstream)!.AsObject();
    }

    /// <summary>What the client is told of an answer to it.</summary>
    public JsonObject Tell(JsonObject request, string answer)
    {
        using AnswerTranslator translator = Exchange(request).NewTranslator();
        translator.Read(Encoding.UTF8.GetBytes(answer));
        translator.End(clean: true);
        Assert.Null(translator.Error?.Message);
        return JsonNode.Parse(translator.Output.Span)!.AsObject();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private GoldenExchange Exchange(JsonObject request) => GoldenExchange.Of(_case, Encoding.UTF8.GetBytes(request.ToJsonString()));
}
