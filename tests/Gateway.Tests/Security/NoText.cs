namespace Gateway.Tests.Security;

/// <summary>The insides of JSON strings that are no text: halves of surrogate pairs, and bytes that are not UTF-8.</summary>
internal static class NoText
{
    /// <summary>Stands in a template for one of them.</summary>
    public const char Mark = '@';

    public static readonly byte[][] All =
    [
        @"\ud800"u8.ToArray(),
        @"\uDFFF"u8.ToArray(),
        @"a\uD83Dz"u8.ToArray(),
        @"\udc00\ud800"u8.ToArray(),
        @"\ud83d\ud83d\ude00"u8.ToArray(),
        @"\\\udbff\\dc00"u8.ToArray(),
        [0xFF],
        [(byte)'a', 0xC3, 0x28],
        [0xC0, 0xAF],
        [0xED, 0xA0, 0x80],
        [0xF5, 0x80, 0x80, 0x80],
        [0xE2, 0x82],
    ];

    /// <summary>Each template with each of them.</summary>
    public static IEnumerable<(string Name, byte[] Json)> In(params string[] templates) =>
        from template in templates
        from bad in All
        select ($"{template} with {Convert.ToHexString(bad)}", Fill(template, bad));

    private static byte[] Fill(string template, byte[] bad)
    {
        string[] parts = template.Split(Mark);
        Assert.Equal(2, parts.Length);
        return [.. System.Text.Encoding.UTF8.GetBytes(parts[0]), .. bad, .. System.Text.Encoding.UTF8.GetBytes(parts[1])];
    }
}
