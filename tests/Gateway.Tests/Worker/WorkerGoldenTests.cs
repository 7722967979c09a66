using Gateway.Tests.Golden;
using Gateway.Tests.Support;

namespace Gateway.Tests.Worker;

[Collection(WorkerFixture.Collection)]
public sealed class WorkerGoldenTests(WorkerFixture worker) : GoldenOverHttpTests
{
    internal override async Task<(TestGateway Gateway, string Key)> StartAsync(string configurationFile) =>
        (await WorkerGateway.StartAsync(worker.Storage, worker.Key, [("Gateway:ConfigFile", configurationFile)]), worker.Key);
}
