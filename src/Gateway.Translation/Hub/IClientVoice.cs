using Gateway.Translation.Errors;

namespace Gateway.Translation.Hub;

/// <summary>What can be said to a client whatever the upstream says. How it is said belongs to the client's form.</summary>
internal interface IClientVoice : IDisposable
{
    /// <summary>True once bytes for the client exist.</summary>
    bool Started { get; }

    /// <summary>Begins the stream although nothing is known yet; a client that waits for one body gets nothing.</summary>
    void Start();

    /// <summary>A sign of life for clients that give up on silence.</summary>
    void Ping();

    /// <summary>Ends a stream that has begun with an error; nothing follows.</summary>
    void Fail(GatewayError error);
}
