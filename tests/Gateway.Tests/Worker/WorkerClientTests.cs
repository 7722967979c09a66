using Gateway.Tests.Clients;
using Gateway.Tests.Http;

namespace Gateway.Tests.Worker;

// The same tests as against LocalHost.
[Collection(WorkerFixture.Collection)]
public sealed class WorkerAnthropicSdkTests(WorkerFixture worker) : AnthropicSdkTests(worker.Gateway);

[Collection(WorkerFixture.Collection)]
public sealed class WorkerOpenAiSdkTests(WorkerFixture worker) : OpenAiSdkTests(worker.Gateway);

[Collection(WorkerFixture.Collection)]
public sealed class WorkerNodeSdkTests(WorkerFixture worker) : NodeSdkTests(worker.Gateway);

[Collection(WorkerFixture.Collection)]
public sealed class WorkerClaudeCodeTests(WorkerFixture worker) : ClaudeCodeTests(worker.Gateway);

[Collection(WorkerFixture.Collection)]
public sealed class WorkerSurfaceTests(WorkerFixture worker) : SurfaceTests(worker.Gateway);

[Collection(WorkerFixture.Collection)]
public sealed class WorkerResponsesSurfaceTests(WorkerFixture worker) : ResponsesSurfaceTests(worker.Gateway);
