using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Security;

/// <summary>Requests as bytes: clients of the framework would not send them.</summary>
internal static class RawHttp
{
    /// <summary>Sends a head, whose line breaks may be plain, and a body. The connection closes after the answer.</summary>
    public static async Task<RawAnswer> SendAsync(string url, byte[] head, byte[] body)
    {
        Uri uri = new(url);
        using TcpClient client = new(uri.Host, uri.Port);
        NetworkStream stream = client.GetStream();
        string more = $"\r\nHost: {uri.Authority}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        await stream.WriteAsync((byte[])[.. head, .. Encoding.ASCII.GetBytes(more), .. body]);
        using StreamReader reader = new(stream, Encoding.UTF8);
        string answer = await reader.ReadToEndAsync();
        string[] parts = answer.Split("\r\n\r\n", 2);
        return new RawAnswer(int.Parse(parts[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), parts.Length > 1 ? parts[1] : "");
    }

    public static Task<RawAnswer> SendAsync(string url, string head, byte[] body) => SendAsync(url, Encoding.Latin1.GetBytes(head), body);
}

internal sealed record RawAnswer(int Status, string Body)
{
    /// <summary>The message when it is an error in the form of the Messages API, else null.</summary>
    public string? Anthropic(string type)
    {
        JsonElement json = JsonElement.Parse(Body);
        return json.GetProperty("type").GetString() == "error" && json.GetProperty("error").GetProperty("type").GetString() == type
            && json.GetProperty("request_id").GetString() is { Length: > 0 }
                ? json.GetProperty("error").GetProperty("message").GetString()
                : null;
    }

    public string? OpenAi() => JsonElement.Parse(Body).GetProperty("error").GetProperty("message").GetString();
}
