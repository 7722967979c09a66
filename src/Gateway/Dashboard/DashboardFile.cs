using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Dashboard;

/// <summary>One file of the page as it is sent: whole, or packed once for all who take it so.</summary>
internal sealed class DashboardFile
{
    private const string Brotli = "br";
    private const string Gzip = "gzip";
    private const string Identity = "identity";

    /// <summary>The files there are, read from the assembly: no name of a request ever becomes a path.</summary>
    private static readonly Lazy<FrozenDictionary<string, DashboardFile>> s_all = new(() => new Dictionary<string, string>
    {
        ["app.js"] = "text/javascript; charset=utf-8",
        ["app.css"] = "text/css; charset=utf-8",
        ["icon.svg"] = "image/svg+xml; charset=utf-8",
    }.ToFrozenDictionary(file => file.Key, file => new DashboardFile(Read(file.Key), file.Value, packs: true), StringComparer.OrdinalIgnoreCase));

    private static readonly Lazy<DashboardFile> s_page = new(() => new DashboardFile(Read("index.html"), "text/html; charset=utf-8", packs: true));

    private readonly string _hash;
    private readonly (string Coding, byte[] Bytes)[] _forms;

    /// <param name="content">As it is.</param>
    /// <param name="contentType">With its charset.</param>
    /// <param name="packs">Whether it is worth the time.</param>
    public DashboardFile(byte[] content, string contentType, bool packs)
    {
        ContentType = contentType;
        _hash = Convert.ToHexStringLower(SHA256.HashData(content))[..32];
        _forms = packs
            ? [(Brotli, Pack(content, to => new BrotliStream(to, CompressionLevel.SmallestSize))), (Gzip, Pack(content, to => new GZipStream(to, CompressionLevel.SmallestSize))), (Identity, content)]
            : [(Identity, content)];
    }

    public static DashboardFile Page => s_page.Value;

    public string ContentType { get; }

    public static DashboardFile? Find(string name) => s_all.Value.GetValueOrDefault(name);

    /// <summary>The form that the client likes best, the smallest of several.</summary>
    /// <returns>Its coding is null where it is sent as it is.</returns>
    public (string? Coding, byte[] Bytes, string Tag) For(IHeaderDictionary headers, string variant)
    {
        IList<StringWithQualityHeaderValue> accepted = StringWithQualityHeaderValue.TryParseList(headers.AcceptEncoding, out IList<StringWithQualityHeaderValue>? parsed) ? parsed : [];
        (string coding, byte[] bytes) = _forms.Where(form => Quality(accepted, form.Coding) > 0).OrderByDescending(form => Quality(accepted, form.Coding)).FirstOrDefault(_forms[^1]);
        return (coding == Identity ? null : coding, bytes, $"\"{_hash}{variant}{(coding == Identity ? "" : "-" + coding)}\"");
    }

    /// <summary>Who says nothing takes what is not packed, and takes it last.</summary>
    private static double Quality(IEnumerable<StringWithQualityHeaderValue> accepted, string coding)
    {
        StringWithQualityHeaderValue? said = accepted.FirstOrDefault(value => value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)) ?? accepted.FirstOrDefault(value => value.Value == "*");
        return said is not null ? said.Quality ?? 1 : coding == Identity ? double.Epsilon : 0;
    }

    private static byte[] Pack(byte[] content, Func<Stream, Stream> packer)
    {
        using MemoryStream packed = new();
        using (Stream packing = packer(packed))
        {
            packing.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Read(string name)
    {
        using Stream resource = typeof(DashboardFile).Assembly.GetManifestResourceStream("dashboard/" + name)
            ?? throw new InvalidOperationException($"The assembly lacks {name} of the dashboard.");
        using MemoryStream copy = new();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
