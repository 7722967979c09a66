using System.Reflection;
using Gateway.Functions;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.LocalHost;

/// <summary>Maps every [HttpTrigger] method of the Functions app onto Kestrel: the same methods, without the host.</summary>
internal static class FunctionRoutes
{
    public static void MapFunctions(this WebApplication app, string prefix)
    {
        foreach (Type type in typeof(MessagesFunctions).Assembly.GetExportedTypes())
        {
            ObjectFactory? create = null;
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            {
                if (method.GetCustomAttribute<FunctionAttribute>() is null)
                {
                    continue;
                }

                create ??= ActivatorUtilities.CreateFactory(type, []);
                Map(app, prefix, create, method);
            }
        }
    }

    private static void Map(WebApplication app, string prefix, ObjectFactory create, MethodInfo method)
    {
        HttpTriggerAttribute trigger = method.GetParameters()
            .Select(p => p.GetCustomAttribute<HttpTriggerAttribute>())
            .First(a => a is not null)!;
        Func<object, HttpRequest, CancellationToken, Task> run = Bind(method);
        RequestDelegate serve = http => run(create(http.RequestServices, null), http.Request, app.Lifetime.ApplicationStopping);
        string route = "/" + string.Join('/', new[] { prefix, trigger.Route }.Where(part => !string.IsNullOrEmpty(part)));
        IEndpointConventionBuilder endpoint = trigger.Methods is { Length: > 0 } methods
            ? app.MapMethods(route, methods, serve)
            : app.Map(route, serve);
        endpoint.WithDisplayName(method.GetCustomAttribute<FunctionAttribute>()!.Name);
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
