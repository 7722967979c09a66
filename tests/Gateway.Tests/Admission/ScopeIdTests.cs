using Gateway.Admission;

namespace Gateway.Tests.Admission;

/// <summary>Keys of rows for limits: whatever teams and patterns are called, no two scopes share a row.</summary>
public sealed class ScopeIdTests
{
    [Theory]
    [InlineData("key", "k", null, "key:k")]
    [InlineData("team", "a:model:b", null, "team:a:model:b")]
    [InlineData("key", "oidc.r.x", "P/Up*", "key-model:oidc.r.x:p|up*")]
    [InlineData("team", "a", "b:c", "team-model:a:b!c")]
    [InlineData("team", "a:b", "c", "team-model:a:b:c")]
    public void Row_key_says_whose_it_is_and_is_read_back(string owner, string id, string? model, string key)
    {
        ScopeId scope = new(owner, id, model);
        Assert.Equal(key, scope.ToString());
        Assert.Equal(scope with { Model = model?.ToLowerInvariant() }, ScopeId.Parse(key));
    }
}
