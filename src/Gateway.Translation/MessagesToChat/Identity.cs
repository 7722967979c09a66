using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Who asks, and how urgently: the fields that tell an OpenAI account's user, session and tier.</summary>
internal static class Identity
{
    private const string SessionMark = "_session_";

    public static void Write(Utf8JsonWriter json, ChatDraft draft)
    {
        string? user = draft.Request.Get("metadata"u8).Text("user_id"u8);
        if (draft.Extras.Has(Knob.User) || draft.Extras.Has(Knob.SafetyIdentifier))
        {
            draft.WriteSaid(json, Knob.User, accepted: true);
            draft.WriteSaid(json, Knob.SafetyIdentifier, draft.Profile.OpenAiFields);
        }
        else if (user is { Length: > 0 })
        {
            if (draft.Profile.OpenAiFields && draft.Target.Accepts("safety_identifier"))
            {
                // Claude Code's value is longer than the field, and names device and account.
                json.WriteString("safety_identifier"u8, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user))));
            }
            else
            {
                draft.Report.Dropped("metadata.user_id");
            }
        }

        if (draft.Extras.Has(Knob.PromptCacheKey))
        {
            draft.WriteSaid(json, Knob.PromptCacheKey, draft.Profile.OpenAiFields);
        }
        else if ((draft.Target.SessionId ?? SessionOf(user)) is { Length: > 0 and <= OpenAiLimits.Key } session && draft.Profile.OpenAiFields)
        {
            if (draft.Target.Accepts("prompt_cache_key"))
            {
                json.WriteString("prompt_cache_key"u8, session);
            }
            else
            {
                draft.Report.Dropped("prompt_cache_key");
            }
        }

        if (draft.Extras.Has(Knob.ServiceTier))
        {
            draft.WriteSaid(json, Knob.ServiceTier, draft.Profile.OpenAiFields);
        }
        else if (draft.Request.Get("service_tier"u8).AsText() is { } tier)
        {
            string? mapped = tier switch { "auto" => "auto", "standard_only" => "default", _ => null };
            if (mapped is not null && draft.Profile.OpenAiFields && draft.Target.Accepts("service_tier"))
            {
                json.WriteString("service_tier"u8, mapped);
            }
            else
            {
                draft.Report.Dropped("service_tier");
            }
        }
    }

    /// <summary>
    /// The session that Claude Code names in its user id: <c>user_..._account_..._session_(uuid)</c>, or a JSON object as
    /// text. Null for anyone else's id.
    /// </summary>
    public static string? SessionOf(string? user)
    {
        if (user is null || user.StartsWith('{'))
        {
            return user is null ? null : SessionOfObject(Encoding.UTF8.GetBytes(user));
        }

        int at = user.LastIndexOf(SessionMark, StringComparison.Ordinal);
        string session = at < 0 ? "" : user[(at + SessionMark.Length)..];
        return Guid.TryParseExact(session, "D", out _) ? session : null;
    }

    private static string? SessionOfObject(byte[] json)
    {
        try
        {
            using JsonDocument? user = JsonNames.AreReadable(json) ? JsonDocument.Parse(json, JsonFormat.DocumentOptions) : null;
            return user?.RootElement.Text("session_id"u8);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
