using Gateway.Architecture.Tests.Rules;
using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>The Functions app holds triggers only, so that LocalHost serves the same and nothing is lost by it.</summary>
public sealed class FunctionsTests
{
    private const string Project = "Gateway.Functions";

    [Fact]
    public void Functions_holds_triggers_only() => Findings.None(
        "Let the function call one method of a handler, and do the rest in src/Gateway.", TriggerRule.More(SourceModel.Src, Project));

    [Theory]
    [InlineData("class Helper;", "Helper is no class of triggers")]
    [InlineData("record Data(int A);", "Data is no class of triggers")]
    [InlineData("enum Kind { A }", "Kind is no class of triggers")]
    [InlineData("class A(Handler handler) { int b; }", "A holds more than functions")]
    [InlineData("class A(Handler handler) { void B() => handler.Run(); }", "A holds more than functions")]
    [InlineData("class A(Handler handler) { [Function(\"b\")] void B() { handler.Run(); } }", "A.B does more than call a handler")]
    [InlineData("class A(Handler handler) { [Function(\"b\")] void B(string id) => handler.Run(id.Trim()); }", "A.B does more than call a handler")]
    [InlineData("class A(Handler handler) { [Function(\"b\")] void B(string id) => handler.Run(id + \"c\"); }", "A.B does more than call a handler")]
    [InlineData("class A(Handler handler) { [Function(\"b\")] void B() => Other.Run(); }", "A.B does more than call a handler")]
    public void More_is_found(string code, string finding) => Assert.Equal([$"src/{Project}/0.cs:1: {finding}"], TriggerRule.More(SourceModel.Of(Project, code), Project));

    [Fact]
    public void Trigger_is_none() => Assert.Empty(TriggerRule.More(
        SourceModel.Of(Project, "class A(Handler handler) { [Function(\"b\")] void B(HttpRequest request, CancellationToken token) => handler.Run(request.HttpContext, token); }"), Project));
}
