namespace Gateway.Tests.Clients;

// The clients against LocalHost. Against the worker: Worker/WorkerClientTests.cs.
public sealed class LocalHostAnthropicSdkTests(EchoGateway echo) : AnthropicSdkTests(echo.Gateway), IClassFixture<EchoGateway>;

public sealed class LocalHostOpenAiSdkTests(EchoGateway echo) : OpenAiSdkTests(echo.Gateway), IClassFixture<EchoGateway>;

public sealed class LocalHostNodeSdkTests(EchoGateway echo) : NodeSdkTests(echo.Gateway), IClassFixture<EchoGateway>;

public sealed class LocalHostClaudeCodeTests(EchoGateway echo) : ClaudeCodeTests(echo.Gateway), IClassFixture<EchoGateway>;
