using Gateway.Translation.Hub;

namespace Gateway.Translation.Responses;

/// <summary>A block of the answer on its way into an item, or into a part of one.</summary>
internal abstract class ResponsesBlock : IDisposable
{
    public abstract void Append(JsonText piece);

    public virtual void Keep(in ReasoningState state)
    {
    }

    public virtual void Cite(in WebSource source)
    {
    }

    /// <summary>Nothing more comes.</summary>
    public abstract void Close();

    public abstract void Dispose();
}
