namespace Gateway.Architecture.Tests.Sources;

/// <summary>A file of C#, by its path from the root of the repository.</summary>
internal sealed record SourceFile(string Path, string Text);
