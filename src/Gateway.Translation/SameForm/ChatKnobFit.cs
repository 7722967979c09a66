using System.Buffers.Text;
using System.Globalization;
using Gateway.Translation.Hub;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Knobs of a relayed Chat request that the upstream is known to refuse: renamed, lowered, or left out. What it takes
/// stays as it is, defaults among it.
/// </summary>
internal static class ChatKnobFit
{
    private const string Newer = "max_completion_tokens";
    private const string Older = "max_tokens";

    /// <summary>Reasoning models take these values, which change nothing.</summary>
    private static readonly (string Name, double Default)[] s_sampling =
        [("temperature", 1), ("top_p", 1), ("presence_penalty", 0), ("frequency_penalty", 0)];

    public static void Apply(RelayDraft draft)
    {
        FitLimit(draft);
        FitEffort(draft);
        FitSampling(draft, draft.Text("reasoning_effort"));
        if (!draft.Profile.Stop && !draft.Value("stop").SequenceEqual("[]"u8))
        {
            draft.Drop("stop");
        }

        foreach (string name in draft.Target.RejectedParameters)
        {
            if (name is not (Newer or Older or "stream" or "response_format" or ForeignSignatures.Parameter))
            {
                draft.Drop(name);
            }
        }
    }

    /// <summary>A server that refuses one of the two names is given the other.</summary>
    private static void FitLimit(RelayDraft draft)
    {
        if (Refused(draft) is { } refused && draft.Find(refused) is { } member)
        {
            string other = refused == Older ? Newer : Older;
            if (draft.Find(other) is not null)
            {
                draft.Drop(refused);
            }
            else
            {
                draft.Remove(other);
                draft.Rename(member, other);
                draft.Report.Changed($"{refused}->{other}");
            }
        }

        foreach (string name in (ReadOnlySpan<string>)[Older, Newer])
        {
            if (draft.Profile.MaxOutputTokens is { } max && draft.Find(name) is { } limit && Number(limit.Value(draft.Body)) is { } wanted && wanted > max)
            {
                draft.Replace(limit, max.ToString(CultureInfo.InvariantCulture));
                draft.Report.Changed(Older, wanted.ToString(CultureInfo.InvariantCulture), max.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private static string? Refused(RelayDraft draft) => (draft.Target.Accepts(Older), draft.Target.Accepts(Newer)) switch
    {
        (false, true) => Older,
        (true, false) => Newer,
        (true, true) when draft.Profile.TokenFieldOnly => draft.Profile.TokenField == Newer ? Older : Newer,
        _ => null,
    };

    private static void FitEffort(RelayDraft draft)
    {
        const string Name = "reasoning_effort";
        IReadOnlyList<string> accepted = draft.Profile.Effort;
        if (accepted.Count == 0 || !draft.Target.Accepts(Name))
        {
            return;
        }

        BodyMember? member = draft.Find(Name);
        string? wanted = draft.Text(Name);
        if (draft.Profile.EffortWithTools == EffortWithTools.ForceNone && accepted.Contains("none") && draft.HasTools)
        {
            if (member is null)
            {
                draft.Remove(Name);
                draft.Add(Name, "\"none\"");
            }
            else if (wanted != "none")
            {
                draft.Replace(member, "\"none\"");
            }

            if (wanted != "none")
            {
                draft.Report.Changed("effort", Word(wanted), "none");
            }

            return;
        }

        if (member is null || wanted is null || accepted.Contains(wanted))
        {
            return;
        }

        if (Effort.Nearest(wanted, accepted) is { } nearest)
        {
            draft.Replace(member, $"\"{nearest}\"");
            draft.Report.Changed("effort", Word(wanted), nearest);
        }
        else
        {
            draft.Drop(Name);
        }
    }

    /// <param name="draft">The body.</param>
    /// <param name="effort">What the client asks for.</param>
    public static void FitSampling(RelayDraft draft, string? effort)
    {
        // OpenAI's newer models take it all again while they do not think.
        bool thoughtless = effort == "none" && draft.Profile.Effort.Contains("none");
        if (draft.Profile.Sampling || thoughtless)
        {
            return;
        }

        foreach ((string name, double standard) in s_sampling)
        {
            if (Number(draft.Value(name)) != standard)
            {
                draft.Drop(name);
            }
        }

        draft.Drop("logit_bias");
        draft.Drop("top_logprobs");
        if (!draft.Value("logprobs").SequenceEqual("false"u8))
        {
            draft.Drop("logprobs");
        }
    }

    private static double? Number(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out double number, out int used) && used == value.Length ? number : null;

    /// <summary>Reports hold names, nothing that only looks like one.</summary>
    public static string Word(string? effort) =>
        effort is null ? "default" : effort.Length <= 16 && effort.All(char.IsAsciiLetterLower) ? effort : "other";
}
