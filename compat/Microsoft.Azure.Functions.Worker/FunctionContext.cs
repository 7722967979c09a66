namespace Microsoft.Azure.Functions.Worker;

/// <summary>For reading only: the published class has more abstract members, so nothing may derive from this one.</summary>
public abstract class FunctionContext
{
    internal FunctionContext()
    {
    }

    public abstract string InvocationId { get; }

    public abstract string FunctionId { get; }

    public abstract IServiceProvider InstanceServices { get; set; }

    public abstract IDictionary<object, object> Items { get; set; }

    public virtual CancellationToken CancellationToken { get; } = CancellationToken.None;
}
