using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>Takes items out of a JSON list together with the commas that would be left over.</summary>
internal static class ListRemoval
{
    /// <param name="items">All items in order; some must stay.</param>
    /// <param name="edits">Takes the removals.</param>
    public static void Apply(IReadOnlyList<(int Start, int End, bool Remove)> items, ByteEdits edits)
    {
        int lastKept = -1;
        for (int i = 0; i < items.Count; i++)
        {
            if (!items[i].Remove)
            {
                lastKept = i;
                continue;
            }

            int first = i;
            while (i + 1 < items.Count && items[i + 1].Remove)
            {
                i++;
            }

            // With something after the run its commas go with the run, else the comma before it does.
            (int start, int end) = i + 1 < items.Count
                ? (items[first].Start, items[i + 1].Start)
                : (lastKept >= 0 ? items[lastKept].End : items[first].Start, items[i].End);
            edits.Remove(start, end - start);
        }
    }
}
