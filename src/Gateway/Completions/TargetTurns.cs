using Gateway.Admission;
using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>
/// In which order a request's targets are asked: as the model says, but first who has answered the conversation. A request
/// that only has its tokens counted gets the same order, so that the number is that of the target it would go to.
/// </summary>
public sealed class TargetTurns(Conversations conversations, TargetChoice choice)
{
    internal Turns Of(HttpRequest http, Caller caller, IClientRequest request, Route route)
    {
        Conversation conversation = new(conversations, new Lazy<ConversationKey>(() => ConversationKeys.Of(http, caller, request, route)), route.Targets.Count);
        ChoiceFacts facts = new(ExpectedUse.Likely(request.EstimatedInput, request.Output), request.Stream) { Conversation = conversation.Lot };
        return new Turns(conversation, conversation.Prefer(choice.Arrange(route, facts)));
    }
}

/// <summary>Who is asked, one after the other.</summary>
/// <param name="Conversation">What is known of the conversation.</param>
/// <param name="Targets">The first is the choice, the others take over.</param>
internal sealed record Turns(Conversation Conversation, IReadOnlyList<Target> Targets);
