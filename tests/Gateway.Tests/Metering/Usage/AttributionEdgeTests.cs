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

    [Theory]
    [InlineData(1, 2, "new")]
    [InlineData(2, 1, "new")]
    public void Person_has_the_name_of_the_latest_day_in_whatever_order_days_are_read(int first, int second, string expected)
    {
        PeopleNames names = new();
        foreach (int day in (int[])[first, second])
        {
            names.See(new RollupKey(new DateOnly(2026, 11, day), "oidc.r.1", "t", null, null) { Person = day == 2 ? "new" : "old" });
        }

        Assert.Equal(expected, names.Of("oidc.r.1"));
    }
}
