using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>The tokenizer from npm, run by Node: tests/clients/count-tokens.mjs.</summary>
internal static class RealTokenizer
{
    public static Task<IReadOnlyList<int>> CountAsync(IEnumerable<string> texts) => RunAsync("texts", texts.Select(text => (JsonNode)text));

    /// <summary>Chat Completions bodies, with what a server adds to messages and tools.</summary>
    public static Task<IReadOnlyList<int>> CountChatsAsync(IEnumerable<string> bodies) => RunAsync("chats", bodies.Select(body => JsonNode.Parse(body)!));

    private static async Task<IReadOnlyList<int>> RunAsync(string kind, IEnumerable<JsonNode> items)
    {
        string folder = typeof(RealTokenizer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "TestClientsFolder").Value!;
        using Process process = Process.Start(new ProcessStartInfo("node", "count-tokens.mjs")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(new JsonObject { [kind] = new JsonArray([.. items]) }.ToJsonString());
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return [.. JsonDocument.Parse(await output).RootElement.GetProperty(kind).EnumerateArray().Select(count => count.GetInt32())];
    }
}
