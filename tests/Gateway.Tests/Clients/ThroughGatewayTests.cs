namespace Gateway.Tests.Clients;

/// <summary>Clients as they are published, over upstreams of every form: what docs/compatibility.md says of the ordinary run.</summary>
public sealed class ThroughGatewayTests(ThroughGateway through) : IClassFixture<ThroughGateway>
{
    [Theory]
    [InlineData("sdks.test.mjs")]
    [InlineData("claude-code.test.mjs")]
    [InlineData("codex.test.mjs")]
    [InlineData("limits.test.mjs")]
    [InlineData("transcripts.test.mjs")]
    public Task Clients_pass_over_upstreams_of_every_form(string script) => through.JudgeAsync(script);
}
