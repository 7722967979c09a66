using System.Reflection;
using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>The translation core stands on the base class library only: no HTTP, no Azure, no dependency injection, no clock.</summary>
public sealed class TranslationTests
{
    private const string Project = "Gateway.Translation";

    [Fact]
    public void Translation_only_computes() => Findings.None(
        "The core takes time, chance and what comes from outside as a value: let the caller in src/Gateway ask for it. What only computes may be added to the lists in PureRule.",
        PureRule.Impure(SourceModel.Src, Project));

    [Fact]
    public void Translation_refers_to_the_base_class_library_only() => Findings.None(
        "The core needs no package: do it in src/Gateway, or by hand.",
        Assembly.Load(Project).GetReferencedAssemblies().Select(a => a.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("System.Net.Http", StringComparison.Ordinal)));

    [Theory]
    [InlineData("System.DateTime.UtcNow", "var a = DateTime.UtcNow;")]
    [InlineData("System.DateTimeOffset.Now", "var a = DateTimeOffset.Now.Year;")]
    [InlineData("System.TimeProvider", "TimeProvider a = null;")]
    [InlineData("System.TimeProvider.System", "var a = TimeProvider.System.GetUtcNow();")]
    [InlineData("System.Environment.MachineName", "var a = Environment.MachineName;")]
    [InlineData("System.Guid.NewGuid", "var a = Guid.NewGuid();")]
    [InlineData("System.Diagnostics.Stopwatch.GetTimestamp", "var a = System.Diagnostics.Stopwatch.GetTimestamp();")]
    [InlineData("System.Net.Http.HttpClient", "HttpClient a = new();")]
    [InlineData("System.Net.HttpStatusCode", "var a = System.Net.HttpStatusCode.OK;")]
    [InlineData("System.IO.File.ReadAllText", "var a = File.ReadAllText(\"b\");")]
    [InlineData("System.Threading.Tasks.Task.Delay", "Task.Delay(1).Wait();")]
    [InlineData("Microsoft.Extensions.DependencyInjection.IServiceCollection", "Microsoft.Extensions.DependencyInjection.IServiceCollection a;")]
    [InlineData("Azure.Core.TokenCredential", "Azure.Core.TokenCredential a;")]
    public void What_does_more_is_found(string what, string code)
    {
        SourceModel model = SourceModel.Of(Project, $"class A {{ void B() {{ {code} }} }}");
        Assert.Contains($"src/{Project}/0.cs:1: {what}", PureRule.Impure(model, Project));
    }

    [Fact]
    public void What_computes_is_none() => Assert.Empty(PureRule.Impure(
        SourceModel.Of(Project, "class A { int B(DateTimeOffset now, List<string> c) => now.Year + c.Count(d => System.Text.Encoding.UTF8.GetByteCount(d) > 1); }"), Project));
}
