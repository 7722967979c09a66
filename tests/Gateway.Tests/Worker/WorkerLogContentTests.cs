using System.Collections.Concurrent;
using Gateway.Tests.Http;
using Gateway.Tests.Support;

namespace Gateway.Tests.Worker;

/// <summary>What the worker writes, and what it sends to the host to be logged there.</summary>
[Collection(WorkerFixture.Collection)]
public sealed class WorkerLogContentTests(WorkerFixture worker) : LogContentTests(worker.Storage)
{
    internal override async Task<TestGateway> StartAsync(string apiKey, IReadOnlyList<(string Key, string Value)> settings) =>
        await WorkerGateway.StartAsync(worker.Storage, apiKey, [.. settings.Select(setting => (setting.Key, (string?)setting.Value))]);

    internal override ConcurrentQueue<string> OutputOf(TestGateway gateway) => ((WorkerGateway)gateway).Host.Output;
}
