namespace Gateway.Translation.Tests;

/// <summary>Damages bytes the way broken clients and servers do: flipped, lost, doubled, and the worst of escapes.</summary>
internal static class Noise
{
    private static readonly byte[][] s_pieces = ["\\ud800"u8.ToArray(), "\""u8.ToArray(), "{"u8.ToArray(), "]"u8.ToArray(), "\\"u8.ToArray(), [0xFF], "null"u8.ToArray(), "\n\n"u8.ToArray()];

    public static byte[] Of(byte[] bytes, Random random)
    {
        List<byte> noisy = [.. bytes];
        for (int n = random.Next(1, 4); n > 0 && noisy.Count > 0; n--)
        {
            int at = random.Next(noisy.Count);
            switch (random.Next(4))
            {
                case 0:
                    noisy[at] = (byte)random.Next(256);
                    break;
                case 1:
                    noisy.RemoveRange(at, Math.Min(random.Next(1, 20), noisy.Count - at));
                    break;
                case 2:
                    noisy.InsertRange(at, noisy.GetRange(at, Math.Min(random.Next(1, 20), noisy.Count - at)));
                    break;
                default:
                    noisy.InsertRange(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
            }
        }

        return [.. noisy];
    }
}
