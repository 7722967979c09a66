using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Authentication.Access;
using Gateway.Routing;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Microsoft.AspNetCore.Http;

namespace Gateway.Caching;

/// <summary>
/// The hash of all that an answer depends on: who may read it, what was asked and how, where it would be sent, what the
/// operator set for that, and the code that translates. Each part goes in with its length, so that none can pass for another.
/// </summary>
internal sealed class CacheKey : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>All but the body, which <see cref="RequestScan"/> adds.</summary>
    public CacheKey(Caller caller, ApiForm form, bool stream, Route route, HttpRequest request)
    {
        // Answers of one release are not those of the next: families of models and translations change.
        Add(typeof(CacheKey).Module.ModuleVersionId.ToString());
        Add(typeof(Profile).Module.ModuleVersionId.ToString());

        // A team shares what it pays for together. Nobody else sees it.
        Add(caller.Team.Length > 0 ? $"team:{caller.Team}" : $"key:{caller.KeyId}");
        Add($"{form} {stream} {route.RequestedModel}");
        // Only the targets that this caller may use; in which order they are tried depends on how they are. Their profiles are
        // made of all that is set for providers, models and groups of models.
        foreach (string place in route.Targets.Select(PlaceOf).Distinct().Order(StringComparer.Ordinal))
        {
            Add(place);
        }

        foreach (string name in request.Headers.Keys.Where(name => name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.OrdinalIgnoreCase))
        {
            Add(name.ToLowerInvariant());
            Add(request.Headers[name].ToString());
        }

        Add(request.Query["beta"].ToString());
    }

    public void Add(ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        _hash.AppendData(length);
        _hash.AppendData(part);
    }

    /// <summary>Fit for row keys.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();

    private void Add(string part) => Add(Encoding.UTF8.GetBytes(part));

    private static string PlaceOf(Target target) =>
        $"{target} {target.Provider.Kind} {target.Provider.BaseUrl} {target.Api} {target.ContextWindow} {JsonSerializer.Serialize(target.Profile)}";
}
