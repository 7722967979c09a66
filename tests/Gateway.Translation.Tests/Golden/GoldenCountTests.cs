using Gateway.Translation.Hub;
using Xunit.Abstractions;

namespace Gateway.Translation.Tests.Golden;

/// <summary>How much is recorded of each way. <c>--filter GoldenCountTests --logger "console;verbosity=detailed"</c> prints the counts.</summary>
public sealed class GoldenCountTests(ITestOutputHelper output)
{
    /// <summary>As many as the rows of the map that a way has to itself; the two ways through the hub share those of others.</summary>
    private static int LeastOf(ApiForm client, ApiForm upstream) => (client, upstream) is (ApiForm.Chat, ApiForm.Responses) ? 3 : 15;

    [Fact]
    public void Every_way_has_requests_and_answers()
    {
        foreach (IGrouping<(ApiForm Client, ApiForm Upstream), GoldenSet> way in GoldenSet.All.Where(set => set.Kind != GoldenKind.Error).GroupBy(set => (set.Client, set.Upstream)).OrderBy(way => way.Key))
        {
            int requests = way.Where(set => set.Kind == GoldenKind.Request).Sum(set => set.Cases.Count);
            int answers = way.Where(set => set.Kind == GoldenKind.Answer).Sum(set => set.Cases.Count);
            output.WriteLine($"{way.Key.Client} over {way.Key.Upstream}: {requests} requests, {answers} answers");
            Assert.InRange(Math.Min(requests, answers), LeastOf(way.Key.Client, way.Key.Upstream), int.MaxValue);
        }

        output.WriteLine($"refusals of upstreams: {GoldenSet.All.Single(set => set.Kind == GoldenKind.Error).Cases.Count}; all: {GoldenCase.All.Count}");
    }
}
