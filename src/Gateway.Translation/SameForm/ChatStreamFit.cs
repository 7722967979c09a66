using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>Whether a relayed Chat request asks for a stream, and for usage at its end, which the gateway keeps books of.</summary>
internal static class ChatStreamFit
{
    private const string Options = "stream_options";

    public static UsageWish Apply(RelayDraft draft)
    {
        if (!draft.Value("stream").SequenceEqual("true"u8))
        {
            return UsageWish.Clients;
        }

        bool wanted = JsonFields.FindByName(draft.Value(Options), "include_usage"u8).SequenceEqual("true"u8);
        if (!draft.Target.Accepts("stream"))
        {
            // The client gets its stream all the same, made of the whole answer.
            draft.Replace(draft.Find("stream")!, "false");
            draft.Report.Changed("stream", "true", "false");
            draft.Remove(Options);
            return wanted ? UsageWish.Clients : UsageWish.Changed;
        }

        if (!draft.Target.Accepts(Options) || !draft.Profile.StreamUsage)
        {
            draft.Drop(Options);
            if (!draft.Target.Accepts(Options))
            {
                draft.Report.Dropped(Options);
            }

            return UsageWish.Clients;
        }

        return AskForUsage(draft);
    }

    private static UsageWish AskForUsage(RelayDraft draft)
    {
        if (draft.Members.Find(Options) is not { } options)
        {
            draft.Add(Options, "{\"include_usage\":true}");
            return UsageWish.Added;
        }

        ReadOnlySpan<byte> value = options.Value(draft.Body);
        if (value[0] != '{')
        {
            draft.Replace(options, "{\"include_usage\":true}");
            return UsageWish.Changed;
        }

        return AskInside(value, options.Start, draft.Edits) ? UsageWish.Changed : UsageWish.Clients;
    }

    private static bool AskInside(ReadOnlySpan<byte> options, int start, ByteEdits edits)
    {
        JsonFields fields = new(options);
        (bool any, bool asked, bool changed) = (false, false, false);
        while (fields.MoveNext())
        {
            any = true;
            bool exact = fields.NameIs("include_usage"u8);
            asked |= exact;

            // Servers differ in which of two they obey, and some do not mind the case: reasoning shows in the usage alone.
            if ((exact || Ascii.EqualsIgnoreCase(fields.Name, "include_usage"u8)) && !fields.Value.SequenceEqual("true"u8))
            {
                edits.Replace(start + fields.Start, fields.Value.Length, "true"u8.ToArray());
                changed = true;
            }
        }

        if (asked)
        {
            return changed;
        }

        edits.Insert(start + 1, any ? "\"include_usage\":true,"u8.ToArray() : "\"include_usage\":true"u8.ToArray());
        return true;
    }
}
