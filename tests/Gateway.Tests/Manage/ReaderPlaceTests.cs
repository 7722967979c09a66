using System.Text;
using Gateway.Metering.Reports;
using Gateway.Metering.Usage;
using Gateway.Requests;

namespace Gateway.Tests.Manage;

/// <summary>Where a reader's list goes on is said without another team's row, and still moves.</summary>
public sealed class ReaderPlaceTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly s_day = new(2026, 11, 29);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Row_of_a_token_is_told_by_its_time(bool azure)
    {
        (string own, string others) = (RequestIds.OfRequest(s_noon.AddSeconds(9)), RequestIds.OfRequest(s_noon));
        RequestPlace told = ReaderPlace.Of(new RequestPlace(s_day, new UsagePlace(own, Token(others, azure))), null);
        Assert.Null(told.Place.Token);
        Assert.Equal(others[..13], told.Place.After);
        Assert.True(string.CompareOrdinal(told.Place.After, others) < 0 && string.CompareOrdinal(told.Place.After, own) > 0);
    }

    [Fact]
    public void Own_row_of_the_same_moment_is_not_listed_again()
    {
        string[] ids = [.. new[] { RequestIds.OfRequest(s_noon), RequestIds.OfRequest(s_noon) }.Order(StringComparer.Ordinal)];
        Assert.Equal(new UsagePlace(ids[0]), ReaderPlace.Of(new RequestPlace(s_day, new UsagePlace(ids[0], Token(ids[1], azure: true))), null).Place);
    }

    [Fact]
    public void Place_that_would_not_move_stays_as_the_store_said_it()
    {
        RequestPlace began = new(s_day, new UsagePlace(RequestIds.BeginningAt(s_noon)));
        RequestPlace next = new(s_day, new UsagePlace(began.Place.After, Token(RequestIds.OfRequest(s_noon), azure: false)));
        Assert.Equal(next, ReaderPlace.Of(next, began));
        Assert.NotEqual(next, ReaderPlace.Of(next, began with { Day = s_day.AddDays(1) }));
    }

    [Theory]
    [InlineData("req_1AbCdEfGhIjKlMnOpQrStUvW")]
    [InlineData("refused_invalid_key_1")]
    [InlineData("")]
    public void Row_without_a_time_stays(string row)
    {
        RequestPlace place = new(s_day, new UsagePlace("", Token(row, azure: true)));
        Assert.Equal(place, ReaderPlace.Of(place, null));
        Assert.Equal(s_day, ReaderPlace.Of(place with { Place = new UsagePlace("", "neither this nor that!") }, null).Day);
    }

    private static string Token(string row, bool azure) => azure ? $"{Marked("20261129")} {Marked(row)}" : $"{Base64("20261129")} {Base64(row)}";

    private static string Marked(string text) => $"1!{Base64(text).Length}!{Base64(text).Replace('=', '-')}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
