using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Gateway.Requests;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Metering.Usage;

/// <summary>How much of what clients and operators say of a request is kept, to the last character.</summary>
public sealed class AttributionEdgeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Eight_tags_of_the_greatest_length_are_kept_and_one_character_more_is_refused()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        Dictionary<string, string> tags = Enumerable.Range(0, 8).ToDictionary(i => $"{i}".PadRight(64, 'n'), i => $"{i}".PadRight(128, 'v'));
        using HttpResponseMessage answer = await SendAsync(string.Join(", ", tags.Select(tag => $"{tag.Key}={tag.Value}")));
        Assert.Equal(tags, (await gateway.EntryAsync(answer)).Tags);
        foreach (string longer in (string[])[$"n={new string('v', 129)}", $"{new string('n', 65)}=v"])
        {
            using HttpResponseMessage refused = await SendAsync(longer);
            Assert.Equal(400, (int)refused.StatusCode);
        }

        Task<HttpResponseMessage> SendAsync(string text) => gateway.Server.SendAsync(
            HttpMethod.Post, "/v1/messages", MeteredGateway.Body(), default, ("x-api-key", gateway.Key), ("x-gateway-tags", text));
    }

    [Fact]
    public void Of_a_key_with_too_many_tags_the_first_by_name_are_kept()
    {
        Dictionary<string, string> many = Enumerable.Range(0, 50).ToDictionary(i => $"T{i:00}", i => $"{i}");
        IReadOnlyDictionary<string, string> all = RequestTags.Merge(many, new Dictionary<string, string> { ["t00"] = "client", ["mine"] = "1" });
        Assert.Equal(Enumerable.Range(0, 32).Select(i => $"t{i:00}").Append("mine").Order(StringComparer.Ordinal), all.Keys);
        Assert.Equal("0", all["t00"]);
    }

    [Fact]
    public void Names_that_nothing_here_has_fill_no_totals()
    {
        UsageEntry made = UsageTables.Entry(new DateOnly(2026, 11, 1), model: null, error: "not_found_error") with { RequestedModel = "made-up" };
        Assert.Null(RollupFacet.Of(made, FacetKind.RequestedModel));
        Assert.NotNull(RollupFacet.Of(made with { Error = null }, FacetKind.RequestedModel));
    }

    /// <summary>Days in hours from the first; the name that was said last is the one of the later day, and within a day of the later time.</summary>
    [Theory]
    [InlineData(1, 30)]
    [InlineData(30, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Person_has_the_name_that_was_said_last_in_whatever_order_it_is_read(int first, int second)
    {
        PeopleNames names = new();
        DateTimeOffset begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (int hours in (int[])[first, second])
        {
            DateTimeOffset at = begin.AddHours(hours);
            names.See(new RollupKey(DateOnly.FromDateTime(at.UtcDateTime), "oidc.r.1", "t", null, null) { Person = hours == Math.Max(first, second) ? "new" : "old" }, at);
        }

        Assert.Equal("new", names.Of("oidc.r.1"));
    }
}
