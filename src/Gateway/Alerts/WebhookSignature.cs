using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Alerts;

/// <summary>
/// Signs what is sent as the Standard Webhooks specification says, so that receivers may use its libraries: HMAC-SHA256 over
/// id, time and body.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string Header = "webhook-signature";

    public static string Timestamp(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static string Of(byte[] secret, string id, string timestamp, ReadOnlySpan<byte> body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]));
}
