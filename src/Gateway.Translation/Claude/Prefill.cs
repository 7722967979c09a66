using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
namespace Gateway.Translation.Claude;

/// <summary>An assistant message at the end is a beginning that Claude goes on with; new models refuse it.</summary>
internal static class Prefill
{
    public static void Settle(List<Turn> turns, bool rejected, TranslationReport report)
    {
        if (!rejected)
        {
            TrimEnd(turns[^1].Blocks);
            if (turns[^1].Blocks.Count == 0)
            {
                turns.RemoveAt(turns.Count - 1);
            }

            return;
        }

        turns.Add(new Turn(TurnRole.User, [new MessageBlock.Note(InsertedText.Continue)]));
        report.Repaired("prefill");
    }

    /// <summary>White space at the end of a prefill is refused.</summary>
    private static void TrimEnd(List<MessageBlock> blocks)
    {
        if (blocks is not [.., MessageBlock.Text last])
        {
            return;
        }

        string text = Json.JsonElements.Text(last.Value);
        string trimmed = text.TrimEnd();
        if (trimmed.Length < text.Length)
        {
            blocks[^1] = new MessageBlock.Note(trimmed) { CacheControl = last.CacheControl };
        }
    }
}
