using Gateway.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>The Functions app: classes of triggers that call a handler, and the start.</summary>
internal static class TriggerRule
{
    public static IEnumerable<string> More(SourceModel model, string project) =>
        from tree in model.Compilations[project].SyntaxTrees
        from type in tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        from finding in type is ClassDeclarationSyntax { ParameterList: not null } triggers ? MoreThanTriggers(triggers) : [(Node: type, What: $"{type.Identifier} is no class of triggers")]
        select $"{tree.FilePath}:{tree.GetLineSpan(finding.Node.Span).StartLinePosition.Line + 1}: {finding.What}";

    private static IEnumerable<(MemberDeclarationSyntax Node, string What)> MoreThanTriggers(ClassDeclarationSyntax type)
    {
        string[] handlers = [.. type.ParameterList!.Parameters.Select(p => p.Identifier.Text)];
        foreach (MemberDeclarationSyntax member in type.Members)
        {
            if (member is not MethodDeclarationSyntax method || !method.AttributeLists.SelectMany(l => l.Attributes).Any(a => a.Name.ToString() == "Function"))
            {
                yield return (member, $"{type.Identifier} holds more than functions");
            }
            else if (!CallsHandler(method, handlers))
            {
                yield return (member, $"{type.Identifier}.{method.Identifier} does more than call a handler");
            }
        }
    }

    /// <summary><c>=> handler.MethodAsync(request.HttpContext, cancellationToken)</c>: one call of something that was injected, nothing worked out on the way.</summary>
    private static bool CallsHandler(MethodDeclarationSyntax method, string[] handlers) =>
        method.ExpressionBody?.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax handler } } call
        && handlers.Contains(handler.Identifier.Text)
        && call.ArgumentList.Arguments.All(a => a.Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax, Name.Identifier.Text: "HttpContext" });
}
