using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Tests.Clouds;

/// <summary>
/// Checks a signature as AWS would, written from the description of Signature Version 4 and knowing nothing of how the
/// gateway signs. AWS's published examples show that it reckons right.
/// </summary>
internal sealed partial class SigV4Verifier(string service, string region, Func<string, (string Secret, string? Token)?> keys, Func<DateTimeOffset> now)
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(5);

    /// <summary>AWS's type of the error; null when all is right.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">Path and query as they were sent.</param>
    /// <param name="headers">Names in any case; several values are joined by a comma.</param>
    /// <param name="body">Whole.</param>
    public string? Problem(string method, string target, IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body)
    {
        if (!headers.TryGetValue("authorization", out string? authorization) || AuthorizationPattern().Match(authorization) is not { Success: true } match)
        {
            return "MissingAuthenticationTokenException";
        }

        string date = match.Groups["date"].Value;
        string time = headers["x-amz-date"];
        DateTimeOffset at = DateTimeOffset.ParseExact(time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if (match.Groups["service"].Value != service || match.Groups["region"].Value != region || !time.StartsWith(date, StringComparison.Ordinal))
        {
            return "InvalidSignatureException";
        }

        if (keys(match.Groups["id"].Value) is not { } key)
        {
            return "UnrecognizedClientException";
        }

        if ((now() - at).Duration() > s_window)
        {
            return "InvalidSignatureException";
        }

        string[] signed = match.Groups["signed"].Value.Split(';');
        string hash = Hex(SHA256.HashData(body));
        bool demanded = signed.Contains("host") && headers.Keys.Where(name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)).All(name => signed.Contains(name.ToLowerInvariant()));
        if (!demanded || headers.GetValueOrDefault("x-amz-content-sha256", hash) != hash || headers.GetValueOrDefault("x-amz-security-token") != key.Token)
        {
            return "InvalidSignatureException";
        }

        string canonical = Canonical(method, target, headers, signed, hash);
        string scope = $"{date}/{region}/{service}/aws4_request";
        string toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        byte[] signing = new[] { date, region, service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + key.Secret), Mac);
        return Hex(Mac(signing, toSign)) == match.Groups["signature"].Value ? null : "InvalidSignatureException";
    }

    private static string Canonical(string method, string target, IReadOnlyDictionary<string, string> headers, string[] signed, string hash)
    {
        string[] parts = target.Split('?', 2);

        // Each segment is encoded once more, but for S3.
        string path = string.Join('/', parts[0].Split('/').Select(Uri.EscapeDataString));
        IEnumerable<(string Name, string Value)> query = parts.Length < 2 || parts[1].Length == 0 ? [] : parts[1].Split('&').Select(pair => pair.Split('=', 2) is [var name, var value] ? (Encoded(name), Encoded(value)) : (Encoded(pair), ""));
        string sorted = string.Join('&', query.OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal).Select(pair => $"{pair.Name}={pair.Value}"));
        string names = string.Concat(signed.Select(name => $"{name}:{SpacePattern().Replace(headers[name].Trim(), " ")}\n"));
        return $"{method}\n{path}\n{sorted}\n{names}\n{string.Join(';', signed)}\n{hash}";
    }

    private static string Encoded(string raw) => Uri.EscapeDataString(Uri.UnescapeDataString(raw));

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)/(?<date>\\d{8})/(?<region>[^/]+)/(?<service>[^/]+)/aws4_request, ?SignedHeaders=(?<signed>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex AuthorizationPattern();

    [GeneratedRegex(" +")]
    private static partial Regex SpacePattern();
}
