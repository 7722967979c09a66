namespace Gateway.Translation.Tokens;

/// <summary>How a family of models counts an image by its size in pixels.</summary>
internal abstract record ImageRule
{
    private ImageRule()
    {
    }

    /// <summary>Tokens of an image that is only known by its address, or whose header cannot be read.</summary>
    public abstract long Unknown(bool low);

    public static ImageRule Of(string upstreamModel) =>
        upstreamModel.Contains("claude", StringComparison.OrdinalIgnoreCase) ? new Area() : new Tiles();

    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="low">The request asks for <c>detail: low</c>.</param>
    public abstract long Count(int width, int height, bool low);

    /// <summary>OpenAI: scaled into 2048 x 2048, then to a shorter side of 768, then 170 for each tile of 512 and 85 more.</summary>
    public sealed record Tiles : ImageRule
    {
        private const long Base = 85;
        private const long PerTile = 170;

        /// <summary>A screenshot of 16 to 9.</summary>
        public override long Unknown(bool low) => Count(1920, 1080, low);

        public override long Count(int width, int height, bool low)
        {
            double scale = Math.Min(1, 2048.0 / Math.Max(width, height));
            scale = Math.Min(scale, 768.0 / Math.Min(width, height));
            return low ? Base : Base + (PerTile * TilesOf(width * scale) * TilesOf(height * scale));
        }

        private static long TilesOf(double pixels) => Math.Max(1, (long)Math.Ceiling(Math.Round(pixels) / 512));
    }

    /// <summary>Anthropic: a token for 750 pixels, after the longer side was scaled to 1568; about 1,600 at most.</summary>
    public sealed record Area : ImageRule
    {
        private const long Most = 1600;

        public override long Unknown(bool low) => Most;

        public override long Count(int width, int height, bool low)
        {
            double scale = Math.Min(1, 1568.0 / Math.Max(width, height));
            return Math.Clamp((long)Math.Ceiling(width * scale * height * scale / 750), 1, Most);
        }
    }
}
