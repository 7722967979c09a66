using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Template;

namespace Gateway.WorkerHost;

/// <summary>
/// The rule of the Functions host: routes are asked in the order of the functions' names, and the first that takes path
/// and method wins. A literal has no precedence over a parameter or a catch-all, and nothing ever answers 405.
/// </summary>
public sealed class RouteTable
{
    private readonly List<(FunctionRoute Route, TemplateMatcher Matcher)> _entries;

    public RouteTable(IEnumerable<FunctionRoute> routes)
    {
        _entries = [.. routes.OrderBy(route => route.Name, StringComparer.OrdinalIgnoreCase).Select(route => (route, MatcherOf(route)))];
        Routes = [.. _entries.Select(entry => entry.Route)];
    }

    /// <summary>In the order in which they are asked.</summary>
    public IReadOnlyList<FunctionRoute> Routes { get; }

    /// <summary>The function that gets the request, or null for the host's empty 404.</summary>
    public FunctionRoute? Find(string method, PathString path)
    {
        foreach ((FunctionRoute route, TemplateMatcher matcher) in _entries)
        {
            if (matcher.TryMatch(path, []) && (route.Methods.Count == 0 || route.Methods.Contains(method, StringComparer.OrdinalIgnoreCase)))
            {
                return route;
            }
        }

        return null;
    }

    private static TemplateMatcher MatcherOf(FunctionRoute route)
    {
        RouteTemplate template = TemplateParser.Parse(route.Pattern);
        return template.Parameters.All(p => !p.InlineConstraints.Any() && p.DefaultValue is null)
            ? new TemplateMatcher(template, [])
            : throw new NotSupportedException($"The route of {route.Name} has constraints or defaults, which this host does not know.");
    }
}
