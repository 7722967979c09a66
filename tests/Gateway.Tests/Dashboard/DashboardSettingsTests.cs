using Gateway.Http;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Dashboard;

/// <summary>The settings under <c>Gateway:Dashboard</c>: what can never work is named with its cure.</summary>
public sealed class DashboardSettingsTests
{
    private static readonly (string, string?) s_issuer = ("Issuer", "https://login.example/tenant/v2.0");
    private static readonly (string, string?) s_client = ("ClientId", "11111111-1111-1111-1111-111111111111");

    [Fact]
    public void Usual_values()
    {
        Assert.Equal(new DashboardOptions(true, null), Read());
        Assert.Equal(new DashboardOptions(true, null), Read(("Enabled", ""), ("Issuer", " "), ("Scope", "")));
        Assert.Equal(new DashboardOptions(true, new SignInOptions(s_issuer.Item2!, s_client.Item2!, "openid profile email", UsesIdToken: false)), Read(s_issuer, s_client));
        Assert.Equal(new DashboardOptions(false, new SignInOptions("http://127.0.0.1:9/", "c", "openid api://x/y", UsesIdToken: true)), Read(("Enabled", "FALSE"), ("Issuer", "http://127.0.0.1:9/"), ("ClientId", "c"), ("Scope", "openid api://x/y"), ("Token", "ID")));
    }

    [Theory]
    [InlineData("Enabled", "yes", "Gateway:Dashboard:Enabled is 'yes'. Set it to true or false.")]
    [InlineData("Issuer", "http://login.example", "Gateway:Dashboard:Issuer is not https, which only addresses of this machine need not be. Set it to the address that the tokens have in 'iss'")]
    [InlineData("Issuer", "login.example", "Gateway:Dashboard:Issuer is no address.")]
    [InlineData("Issuer", "ftp://login.example", "Gateway:Dashboard:Issuer is not https")]
    [InlineData("Issuer", "https://user:secret@login.example", "Gateway:Dashboard:Issuer holds a user, a query or a '#'.")]
    [InlineData("Issuer", "https://login.example?secret", "Gateway:Dashboard:Issuer holds a user, a query or a '#'.")]
    [InlineData("Issuer", null, "Gateway:Dashboard:Issuer is missing. Set it to the address of the issuer, or leave Gateway:Dashboard:ClientId out.")]
    [InlineData("ClientId", null, "Gateway:Dashboard:ClientId is missing. Set it to the id under which the issuer knows the dashboard, or leave Gateway:Dashboard:Issuer out.")]
    [InlineData("ClientId", "a b", "Gateway:Dashboard:ClientId holds a space")]
    [InlineData("Scope", "openid  email", "Gateway:Dashboard:Scope is 'openid  email'. Write scopes with one space between them")]
    [InlineData("Scope", "openid \"", "Gateway:Dashboard:Scope is 'openid \"'.")]
    [InlineData("Token", "acess", "Gateway:Dashboard:Token is 'acess'. Did you mean access? Set it to access")]
    public void What_can_never_work_stops_the_start(string setting, string? value, string said)
    {
        (string, string?)[] settings = [.. new[] { s_issuer, s_client }.Where(each => each.Item1 != setting), (setting, value)];
        string error = Assert.Single(Assert.Throws<ConfigurationException>(() => Read(settings)).Errors);
        Assert.StartsWith(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Id_token_needs_its_scope_and_both_need_an_issuer()
    {
        Assert.StartsWith("Gateway:Dashboard:Token is 'id', and Gateway:Dashboard:Scope lacks 'openid'", Assert.Single(Assert.Throws<ConfigurationException>(() => Read(s_issuer, s_client, ("Token", "id"), ("Scope", "api://x/y"))).Errors), StringComparison.Ordinal);
        IReadOnlyList<string> alone = Assert.Throws<ConfigurationException>(() => Read(("Token", "id"), ("Scope", "openid"))).Errors;
        Assert.Equal(["Scope", "Token"], alone.Select(error => error.Split(' ')[0].Split(':')[^1]));
        Assert.All(alone, error => Assert.Contains("Set Gateway:Dashboard:Issuer and Gateway:Dashboard:ClientId, too, or leave it out.", error, StringComparison.Ordinal));
    }

    private static DashboardOptions Read(params (string Name, string? Value)[] settings) => DashboardOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Gateway:Dashboard:" + setting.Name, setting.Value))).Build());
}
