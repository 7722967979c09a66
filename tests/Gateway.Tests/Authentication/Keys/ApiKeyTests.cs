using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;

namespace Gateway.Tests.Authentication.Keys;

public sealed class ApiKeyTests
{
    [Fact]
    public void A_new_key_shows_its_prefix_and_id_and_reads_back()
    {
        (ApiKey made, string text) = ApiKey.Generate();

        Assert.StartsWith($"mgw_{made.Id}_", text, StringComparison.Ordinal);
        Assert.Equal(ApiKeyForm.Sound, ApiKey.Read(text, out ApiKey? read));
        Assert.Equal(made.Id, read!.Id);
        Assert.True(read.Hash.Equals(made.Hash));
    }

    [Fact]
    public void A_secret_holds_256_bits()
    {
        string secret = ApiKey.Generate().Text.Split('_')[2][..^6];

        Assert.True(Math.Log2(62) * secret.Length >= 256);
    }

    [Fact]
    public void No_two_keys_are_alike()
    {
        string[] keys = [.. Enumerable.Range(0, 1_000).Select(_ => ApiKey.Generate().Text)];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void A_key_with_any_one_character_changed_is_damaged()
    {
        string text = ApiKey.Generate().Text;
        for (int i = ApiKey.Prefix.Length; i < text.Length; i++)
        {
            char other = text[i] == 'x' ? 'y' : 'x';

            Assert.Equal(ApiKeyForm.Damaged, ApiKey.Read(text[..i] + other + text[(i + 1)..], out _));
        }
    }

    [Fact]
    public void A_key_with_two_neighbours_swapped_is_damaged()
    {
        string text = ApiKey.Generate().Text;
        for (int i = ApiKey.Prefix.Length; i < text.Length - 1; i++)
        {
            if (text[i] != text[i + 1])
            {
                Assert.Equal(ApiKeyForm.Damaged, ApiKey.Read(text[..i] + text[i + 1] + text[i] + text[(i + 2)..], out _));
            }
        }
    }

    [Fact]
    public void A_key_cut_anywhere_is_not_sound()
    {
        string text = ApiKey.Generate().Text;
        for (int length = 0; length < text.Length; length++)
        {
            Assert.NotEqual(ApiKeyForm.Sound, ApiKey.Read(text.AsSpan(0, length), out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("sk-ant-api03-abc")]
    [InlineData("MGW_abc")]
    public void A_key_of_somebody_else_is_foreign(string text) => Assert.Equal(ApiKeyForm.Foreign, ApiKey.Read(text, out _));

    [Fact]
    public void A_text_of_the_right_length_with_other_characters_is_damaged()
    {
        string text = ApiKey.Generate().Text;

        Assert.Equal(ApiKeyForm.Damaged, ApiKey.Read(text[..^1] + 'é', out _));
    }

    [Fact]
    public void A_hash_survives_storage_and_nothing_else_passes_for_one()
    {
        SecretHash hash = SecretHash.Of("a secret");

        Assert.True(hash.Equals(SecretHash.FromStored(hash.ToStored())));
        Assert.False(hash.Equals(SecretHash.Of("b secret")));
        Assert.Null(SecretHash.FromStored("bm8="));
        Assert.Null(SecretHash.FromStored("no base64"));
        Assert.Null(SecretHash.FromStored(null));
    }

    [Fact]
    public void Nothing_that_holds_a_secret_prints_it()
    {
        (ApiKey key, string text) = ApiKey.Generate();
        string secret = text.Split('_')[2];
        VirtualKey stored = new() { Id = key.Id, Hash = key.Hash, Team = "t", CreatedAt = default, CreatedBy = "u" };

        Assert.DoesNotContain(secret, key.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, new KeyChange.Issued(stored, text).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, KeyDocument.From(stored, default, text).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key.Hash.ToStored(), stored.ToString(), StringComparison.Ordinal);
    }
}
