using System.Text;

namespace Gateway.Tests.Cli;

/// <summary>A reader of RFC 4180 that takes nothing else.</summary>
internal static class Csv
{
    public static string[][] Parse(string text)
    {
        List<string[]> rows = [];
        List<string> fields = [];
        StringBuilder field = new();
        for (int at = 0; at < text.Length;)
        {
            if (text[at] == '"')
            {
                for (at++; text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"'); at++)
                {
                    field.Append(text[at]);
                    at += text[at] == '"' ? 1 : 0;
                }

                at++;
            }
            else
            {
                for (; text[at] is not (',' or '\r'); at++)
                {
                    Assert.NotEqual('"', text[at]);
                    field.Append(text[at]);
                }
            }

            fields.Add(field.ToString());
            field.Clear();
            if (text[at] == '\r')
            {
                Assert.Equal('\n', text[at + 1]);
                rows.Add([.. fields]);
                fields.Clear();
                at++;
            }

            at++;
        }

        Assert.Empty(fields);
        return [.. rows];
    }
}
