namespace Gateway.Tests.Support;

/// <summary>An upstream that does with a call what the test says.</summary>
internal sealed class ScriptedUpstream(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(cancellationToken);
}
