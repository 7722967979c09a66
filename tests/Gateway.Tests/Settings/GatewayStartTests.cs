namespace Gateway.Tests.Settings;

/// <summary>How the program ends when the host throws.</summary>
public sealed class GatewayStartTests
{
    /// <summary>A storage that takes connections and says nothing holds the end up until the host gives up.</summary>
    [Fact]
    public async Task Stop_that_takes_longer_than_it_may_is_one_line_and_no_crash()
    {
        using StringWriter errors = new();
        Assert.Equal(1, await GatewayStart.RunAsync(() => Task.FromCanceled(new CancellationToken(canceled: true)), errors));
        Assert.Equal("The gateway ended before all was done that is to be done at the end.", errors.ToString().Trim());
    }

    [Fact]
    public async Task Mistake_of_the_code_still_shows_where_it_was_made() =>
        await Assert.ThrowsAsync<NotSupportedException>(() => GatewayStart.RunAsync(() => throw new NotSupportedException(), TextWriter.Null));
}
