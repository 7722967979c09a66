using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Support;

namespace Gateway.Tests.Upstreams;

/// <summary>An upstream that ends a connection between two requests, while the second is on its way.</summary>
public sealed class ReusedConnectionTests
{
    private static readonly byte[] s_answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {FakeUpstream.Completion("ok").Length}\r\n\r\n{FakeUpstream.Completion("ok")}");

    [Theory]
    [InlineData("reads and closes")]
    [InlineData("resets")]
    public async Task Request_on_a_connection_that_ended_is_sent_once_more(string how)
    {
        await using RawUpstream first = RawUpstream.Start((stream, stop) => AnswerOnceAsync(stream, how, stop));
        await using PairOfTargets pair = await PairOfTargets.StartAsync("openai", ("Gateway:Providers:first:BaseUrl", first.Url));
        for (int i = 1; i <= 3; i++)
        {
            using HttpResponseMessage response = await pair.AskAsync();
            Assert.Equal("first/one 200", Assert.Single(response.Headers.GetValues("x-gateway-attempts")));
            Assert.Contains("ok", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(i, first.Requests);
        }
    }

    /// <summary>The new connection ends without a word, too: the server may have read both.</summary>
    [Fact]
    public async Task Request_is_sent_twice_at_most()
    {
        int connections = 0;
        await using RawUpstream first = RawUpstream.Start((stream, stop) =>
            Interlocked.Increment(ref connections) == 1 ? AnswerOnceAsync(stream, "reads and closes", stop) : Task.CompletedTask);
        await using PairOfTargets pair = await PairOfTargets.StartAsync("openai", ("Gateway:Providers:first:BaseUrl", first.Url));
        using HttpResponseMessage good = await pair.AskAsync();
        Assert.Equal("first/one 200", Assert.Single(good.Headers.GetValues("x-gateway-attempts")));
        using HttpResponseMessage response = await pair.AskAsync();
        await PairOfTargets.SecondAnsweredAsync(response, "first/one unreachable; second/two 200");
        Assert.Equal(2, connections);
    }

    /// <summary>An answer has begun, so somebody works on it.</summary>
    [Fact]
    public async Task Request_whose_answer_had_begun_is_not_sent_again_to_the_same_server()
    {
        int connections = 0;
        await using RawUpstream first = RawUpstream.Start(async (stream, stop) =>
        {
            Interlocked.Increment(ref connections);
            await AnswerOnceAsync(stream, "reads and closes", stop, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{");
        });
        await using PairOfTargets pair = await PairOfTargets.StartAsync("openai", ("Gateway:Providers:first:BaseUrl", first.Url));
        using HttpResponseMessage good = await pair.AskAsync();
        using HttpResponseMessage response = await pair.AskAsync();
        await PairOfTargets.SecondAnsweredAsync(response, "first/one 200 overloaded_error; second/two 200");
        Assert.Equal(1, connections);
    }

    /// <summary>Answers the first request of a connection, waits for the second, and ends the connection.</summary>
    private static async Task AnswerOnceAsync(NetworkStream stream, string how, CancellationToken stop, string lastWords = "")
    {
        await stream.WriteAsync(s_answer, stop);
        byte[] second = new byte[64 * 1024];
        int length = 0;
        while (!Encoding.ASCII.GetString(second, 0, length).EndsWith('}'))
        {
            int read = await stream.ReadAsync(second.AsMemory(length), stop);
            if (read == 0)
            {
                return;
            }

            length += read;
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(lastWords), stop);
        if (how == "resets")
        {
            stream.Socket.LingerState = new LingerOption(true, 0);
            throw new IOException("ends without the usual words");
        }
    }
}
