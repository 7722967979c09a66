using System.Reflection;
using Gateway.Functions;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.LocalHost;

/// <summary>
/// Maps every [HttpTrigger] method of the Functions app onto Kestrel: the same methods, without the host. Routes are asked
/// as the host asks them, in the order of the functions' names, and the first that takes path and method wins. Kestrel by
/// itself would prefer literals, and answer what the host never would.
/// </summary>
internal static class FunctionRoutes
{
    public static void MapFunctions(this WebApplication app, string prefix) =>
        app.MapFunctions(prefix, typeof(MessagesFunctions).Assembly.GetExportedTypes());

    internal static void MapFunctions(this WebApplication app, string prefix, IEnumerable<Type> types)
    {
        IEnumerable<(string Name, MethodInfo Method)> functions = types
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Select(method => (method.GetCustomAttribute<FunctionAttribute>()?.Name ?? "", method))
            .Where(function => function.Item1.Length > 0)
            .OrderBy(function => function.Item1, StringComparer.OrdinalIgnoreCase);
        int order = 0;
        foreach ((string name, MethodInfo method) in functions)
        {
            Map(app, prefix, method).WithDisplayName(name).WithOrder(order++);
        }

        // The host's answer where no function is found, also for a wrong method: never a 405.
        app.Map("/{**nothing}", http => { http.Response.StatusCode = StatusCodes.Status404NotFound; return Task.CompletedTask; }).WithOrder(order);
    }

    private static IEndpointConventionBuilder Map(WebApplication app, string prefix, MethodInfo method)
    {
        HttpTriggerAttribute trigger = method.GetParameters()
            .Select(p => p.GetCustomAttribute<HttpTriggerAttribute>())
            .First(a => a is not null)!;
        ObjectFactory create = ActivatorUtilities.CreateFactory(method.DeclaringType!, []);
        Func<object, HttpRequest, CancellationToken, Task> run = Bind(method);
        RequestDelegate serve = http => run(create(http.RequestServices, null), http.Request, CancellationToken.None);
        string route = "/" + string.Join('/', new[] { prefix, trigger.Route }.Where(part => !string.IsNullOrEmpty(part)));
        return trigger.Methods is { Length: > 0 } methods ? app.MapMethods(route, methods, serve) : app.Map(route, serve);
    }

    /// <summary>An open delegate: no reflection when a request comes.</summary>
    private static Func<object, HttpRequest, CancellationToken, Task> Bind(MethodInfo method)
    {
        MethodInfo open = typeof(FunctionRoutes)
            .GetMethod(nameof(Open), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(method.DeclaringType!);
        return (Func<object, HttpRequest, CancellationToken, Task>)open.Invoke(null, [method])!;
    }

    private static Func<object, HttpRequest, CancellationToken, Task> Open<T>(MethodInfo method)
    {
        var run = method.CreateDelegate<Func<T, HttpRequest, CancellationToken, Task>>();
        return (instance, request, cancellationToken) => run((T)instance, request, cancellationToken);
    }
}
