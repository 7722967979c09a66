using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Settings;

/// <summary>What a file of settings may look like, and what it may not.</summary>
public sealed class GatewayFileTests
{
    [Fact]
    public void Comments_last_commas_numbers_and_nulls_are_no_mistakes()
    {
        using ConfigurationManager configuration = new();
        configuration.AddGatewayFile(AppContext.BaseDirectory, GatewayFile.Of("text", """
            {
              // for people
              "Gateway": {
                "Providers": { "mine": { "Kind": "echo", "ApiKey": null, }, },
                "Models": [ { "Id": "m", "Targets": [ "mine/a" ], "Aliases": [], "ContextWindow": "1000", "MaxOutputTokens": 10, "Price": null } ], /* and so on */
              },
            }
            """));
        Assert.Empty(GatewayServices.CheckConfiguration(configuration).Mistakes);
    }

    [Theory]
    [InlineData("""{"Gateway":{"Providers":{"openai":{"Kind":"openai"},"OpenAI":{"BaseUrl":"x"}}}}""", "text has Gateway:Providers:openai and Gateway:Providers:OpenAI. They are one setting: write it once.")]
    [InlineData("""{"Gateway":{"DevKey":"secret"},"gateway":{"DrainSeconds":1}}""", "text has Gateway and gateway. They are one setting: write it once.")]
    [InlineData("""{"Gateway":{"Models":[{"Id":"a","Targets":[]},{"Id":"secret","id":"secret"}]}}""", "text has Gateway:Models:1:Id and Gateway:Models:1:id. They are one setting: write it once.")]
    [InlineData("""{"Gateway":{"configfile":"other.json"}}""", "text holds Gateway:ConfigFile, which is read before any file is. Take it out, and set the environment variable Gateway__ConfigFile to read another file.")]
    [InlineData("""{"Gateway":{"DevKey":"secret","DevKey":"secret"}}""", "text has Gateway:DevKey and Gateway:DevKey. They are one setting: write it once.")]
    public void Setting_that_is_there_twice_or_cannot_stand_there(string text, string why)
    {
        using ConfigurationManager configuration = new();
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => configuration.AddGatewayFile(AppContext.BaseDirectory, GatewayFile.Of("text", text)));
        Assert.Equal(why, Assert.Single(stopped.Errors));
    }

    [Fact]
    public void List_of_models_that_is_empty_or_holds_nothing()
    {
        using ConfigurationManager empty = new();
        empty.AddGatewayFile(AppContext.BaseDirectory, GatewayFile.Of("text", """{"Gateway":{"Models":[]}}"""));
        Assert.StartsWith("Gateway:Models is an empty list.", Assert.Single(GatewayServices.CheckConfiguration(empty).Mistakes), StringComparison.Ordinal);

        using ConfigurationManager nulls = new();
        nulls.AddGatewayFile(AppContext.BaseDirectory, GatewayFile.Of("text", """{"Gateway":{"Models":[null,{"Id":"m","Targets":[null]},{"Id":"n","Targets":[]}],"Providers":{"p":null}}}"""));
        Assert.Equal(
            ["Gateway:Models:0:Id is missing.", "Gateway:Models:1:Targets of 'm' holds ''.", "Gateway:Models:2:Targets of 'n' is empty.", "Gateway:Providers:p:Kind is ''."],
            GatewayServices.CheckConfiguration(nulls).Mistakes.Select(mistake => mistake[..(mistake.IndexOf('.', StringComparison.Ordinal) + 1)]).Order(StringComparer.Ordinal));
    }
}
