using Gateway.Caching;

namespace Gateway.Tests.Caching;

/// <summary>The memory that answers may take has an end.</summary>
public sealed class MemoryCacheStoreTests
{
    private const int AnswerBytes = 1024;
    private const int EntryBytes = AnswerBytes + 512;

    [Fact]
    public async Task Thousand_entries_fit_and_those_that_nobody_asked_for_the_longest_make_room()
    {
        MemoryCacheStore store = new(1000 * EntryBytes);
        for (int i = 0; i < 1500; i++)
        {
            Assert.True(await store.TryKeepAsync($"k{i}", Answer(AnswerBytes)));
            Assert.NotNull(await store.FindAsync("k0", default));
        }

        Assert.Equal(1000, store.Count);
        Assert.Null(await store.FindAsync("k500", default));
        Assert.NotNull(await store.FindAsync("k501", default));
        Assert.NotNull(await store.FindAsync("k1499", default));
    }

    [Fact]
    public async Task New_answer_takes_the_place_of_the_old_and_its_room()
    {
        MemoryCacheStore store = new(2 * EntryBytes);
        await store.TryKeepAsync("other", Answer(AnswerBytes));
        for (int i = 0; i < 10; i++)
        {
            await store.TryKeepAsync("same", Answer(AnswerBytes));
        }

        Assert.Equal(2, store.Count);
        Assert.NotNull(await store.FindAsync("other", default));
    }

    [Fact]
    public async Task Answer_that_is_larger_than_all_the_room_is_not_kept_and_drives_nothing_out()
    {
        MemoryCacheStore store = new(2 * EntryBytes);
        await store.TryKeepAsync("small", Answer(AnswerBytes));
        Assert.False(await store.TryKeepAsync("large", Answer(3 * EntryBytes)));
        Assert.NotNull(await store.FindAsync("small", default));
        Assert.Null(await store.FindAsync("large", default));
    }

    private static CachedAnswer Answer(int bytes) => new(new byte[bytes], "fake/up", null, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
}
