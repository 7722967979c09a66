using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Benchmarks;

/// <summary>The arguments of a call as models write them: mostly one long text, with quotes and line breaks in it.</summary>
internal static class ModelArguments
{
    private const int PieceLength = 16;
    private static readonly JsonSerializerOptions s_asModelsWrite = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<string> InPieces(int pieces)
    {
        string lines = string.Concat(Enumerable.Repeat("if (name == \"x\")\n{\n    return 1;\n}\n", pieces));
        string json = JsonSerializer.Serialize(new { path = "/src/file.cs", content = lines }, s_asModelsWrite);
        string start = json[..((pieces - 1) * PieceLength)];

        // Cut anywhere but in an escape sequence, and closed.
        while (start[^1] == '\\')
        {
            start = start[..^1];
        }

        return start.Chunk(PieceLength).Select(piece => new string(piece)).Append("\"}");
    }
}
