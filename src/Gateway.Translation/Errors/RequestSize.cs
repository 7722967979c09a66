namespace Gateway.Translation.Errors;

/// <summary>What the gateway itself knows of a request's length, for upstreams that refuse one without numbers.</summary>
/// <param name="Input">Input tokens, estimated; counted only when someone asks.</param>
/// <param name="Window">Tokens that the model takes, as far as the operator said.</param>
public sealed record RequestSize(Lazy<long> Input, int? Window);
