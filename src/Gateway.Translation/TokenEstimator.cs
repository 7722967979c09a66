namespace Gateway.Translation;

/// <summary>A quick guess of how many tokens a request body holds, for numbers that are corrected later.</summary>
public static class TokenEstimator
{
    private const int BytesPerToken = 4;

    /// <summary>Data URIs are no text: an image counts as a fixed number of tokens.</summary>
    private const int TokensPerAttachment = 1000;

    public static long Quick(ReadOnlySpan<byte> json)
    {
        long attachments = 0;
        long bytes = json.Length;
        int at;
        while ((at = json.IndexOf(";base64,"u8)) >= 0)
        {
            json = json[(at + 8)..];
            int end = json.IndexOf((byte)'"');
            end = end < 0 ? json.Length : end;
            bytes -= end;
            attachments++;
            json = json[end..];
        }

        return (bytes / BytesPerToken) + (attachments * TokensPerAttachment);
    }
}
