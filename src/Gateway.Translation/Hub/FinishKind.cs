namespace Gateway.Translation.Hub;

/// <summary>How an answer ended, as its upstream said it. Only the first seven are a success.</summary>
internal enum FinishKind
{
    /// <summary>Nothing was said, or a word that says nothing.</summary>
    None,
    Stop,
    StopSequence,
    Length,
    ContextWindow,
    Tools,
    Pause,
    Refusal,

    /// <summary>Cut off: what there is of it is half an answer.</summary>
    Interrupted,
    Overloaded,

    /// <summary>The model wanted to call a tool, and its upstream could not read the call: what it said before is not all.</summary>
    BadCall,

    /// <summary>Another word, or one like "other": nobody knows whether the answer is whole.</summary>
    Unknown,
}
