using System.Text.Json.Nodes;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Properties;

/// <summary>
/// What a server wants back of its reasoning it gets back as it said it, through the hands of clients of every form; and
/// no other server gets anything of it. Texts, ids and signatures are random, and so is their number.
/// </summary>
public sealed class ReasoningStateTests
{
    private const int Runs = 60;

    /// <summary>The server's kind of state, and the form of the client that carries it.</summary>
    public static TheoryData<string, ApiForm> Ways
    {
        get
        {
            TheoryData<string, ApiForm> all = [];
            foreach (ReasoningStateKind kind in Enum.GetValues<ReasoningStateKind>())
            {
                foreach (ApiForm client in Enum.GetValues<ApiForm>())
                {
                    all.Add(kind.ToString(), client);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void State_goes_back_to_its_maker_as_it_came_and_to_nobody_else(string kind, ApiForm client)
    {
        ReasoningStateKind state = Enum.Parse<ReasoningStateKind>(kind);
        using ModelRoute maker = ReasoningMaker.RouteOf(state, client, "maker");
        ModelRoute[] others = [.. ReasoningMaker.Others(state, client)];
        Random random = new(20261129 + (int)state);
        for (int run = 0; run < Runs; run++)
        {
            ReasoningMaker made = new(state, random);
            JsonObject first = ClientTurns.Ask(client);
            JsonObject answer = maker.Tell(first, made.Answer(streamed: random.Next(2) == 0));
            JsonObject second = ClientTurns.GoOn(client, first, answer);
            Assert.Equal(made.Wanted, ReasoningMaker.StateIn(state, maker.Send(second)));
            foreach (ModelRoute other in others)
            {
                string sent = other.Send(second).ToJsonString();
                Assert.All(made.Secrets, secret => Assert.DoesNotContain(secret, sent, StringComparison.Ordinal));
            }
        }

        Array.ForEach(others, other => other.Dispose());
    }
}
