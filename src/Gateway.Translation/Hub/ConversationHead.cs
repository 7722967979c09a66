using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>What does not change as a conversation grows: the system's words, the tools, and all up to the first user message.</summary>
/// <param name="Hash">The same for each request of the conversation, wherever the client puts its cache marks.</param>
/// <param name="Begins">The model has not said a word yet: a request like this one begins another conversation.</param>
public sealed record ConversationHead(byte[] Hash, bool Begins)
{
    internal static ConversationHead Of(JsonElement body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, body.Member("system"u8));
        Add(hash, body.Member("tools"u8));
        bool user = false;
        bool answered = false;
        foreach (JsonElement message in body.Member("messages"u8).Items())
        {
            JsonElement role = message.Member("role"u8);
            if (user && role.Is("assistant"u8))
            {
                answered = true;
                break;
            }

            if (!user)
            {
                Add(hash, message);
                user = role.Is("user"u8);
            }
        }

        return new ConversationHead(hash.GetHashAndReset(), !answered);
    }

    /// <summary>The same of a request of Responses.</summary>
    internal static ConversationHead OfItems(JsonElement body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, body.Member("instructions"u8));
        Add(hash, body.Member("tools"u8));
        JsonElement input = body.Member("input"u8);
        if (input.IsText())
        {
            Add(hash, input);
            return new ConversationHead(hash.GetHashAndReset(), Begins: true);
        }

        bool user = false;
        bool answered = false;
        foreach (JsonElement item in input.Items())
        {
            answered |= user && (item.Member("role"u8).Is("assistant"u8) || item.Member("type"u8).Is("function_call"u8) || item.Member("type"u8).Is("custom_tool_call"u8));
            if (!user)
            {
                Add(hash, item);
                user = item.Member("role"u8).Is("user"u8);
            }
        }

        return new ConversationHead(hash.GetHashAndReset(), !answered);
    }

    private static void Add(IncrementalHash hash, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                hash.AppendData("{"u8);
                foreach (JsonProperty member in value.EnumerateObject().Where(member => !member.NameEquals("cache_control"u8)))
                {
                    hash.AppendData(JsonMarshal.GetRawUtf8PropertyName(member));
                    Add(hash, member.Value);
                }

                hash.AppendData("}"u8);
                break;
            case JsonValueKind.Array:
                hash.AppendData("["u8);
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Add(hash, item);
                }

                hash.AppendData("]"u8);
                break;
            case JsonValueKind.Undefined:
                hash.AppendData("-"u8);
                break;
            default:
                hash.AppendData(JsonFormat.Raw(value));
                break;
        }
    }
}
