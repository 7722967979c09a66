using Gateway.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>The translation core: bytes and records in, bytes and records out.</summary>
internal static class PureRule
{
    /// <summary>The part of the base class library that only computes.</summary>
    private static readonly string[] s_namespaces =
    [
        "System", "System.Buffers", "System.Buffers.Binary", "System.Buffers.Text", "System.Collections.Frozen", "System.Collections.Generic", "System.Diagnostics.CodeAnalysis",
        "System.Globalization", "System.IO.Compression", "System.Linq", "System.Numerics", "System.Runtime.CompilerServices", "System.Runtime.InteropServices", "System.Security.Cryptography",
        "System.Text", "System.Text.Encodings.Web", "System.Text.Json", "System.Text.Json.Nodes", "System.Text.Json.Serialization", "System.Text.RegularExpressions", "System.Text.Unicode",
    ];

    /// <summary>Of other namespaces.</summary>
    private static readonly string[] s_types =
    [
        // Bytes in memory.
        "System.IO.Stream", "System.IO.MemoryStream", "System.IO.UnmanagedMemoryStream", "System.IO.InvalidDataException",
        // Text: addresses are read, escapes are made, and nothing is sent.
        "System.Net.IPAddress", "System.Net.Sockets.AddressFamily", "System.Net.WebUtility",
    ];

    /// <summary>A clock, chance, the machine: what makes two runs differ.</summary>
    private static readonly string[] s_impure =
    [
        "System.Console", "System.Environment", "System.AppContext", "System.GC", "System.Random", "System.TimeProvider", "System.TimeZoneInfo", "System.Guid.NewGuid", "System.Guid.CreateVersion7",
        "System.DateTime.Now", "System.DateTime.UtcNow", "System.DateTime.Today", "System.DateTimeOffset.Now", "System.DateTimeOffset.UtcNow", "System.Diagnostics.Stopwatch",
    ];

    public static IEnumerable<string> Impure(SourceModel model, string project) =>
        from used in model.OutsideOf(project)
        let type = used.Key as INamedTypeSymbol ?? used.Key.ContainingType
        where type is not null
        let typeName = $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}"
        let name = used.Key is INamedTypeSymbol ? typeName : $"{typeName}.{used.Key.Name}"
        where s_impure.Contains(name) || s_impure.Contains(typeName) || (!s_namespaces.Contains(type.ContainingNamespace.ToDisplayString()) && !s_types.Contains(typeName))
        orderby used.Value
        select $"{used.Value}: {name}";
}
