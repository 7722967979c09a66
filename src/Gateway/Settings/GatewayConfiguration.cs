using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Gateway.Settings;

/// <summary>Where settings come from: <c>appsettings.json</c>, then the gateway's own file, then the environment.</summary>
public static class GatewayConfiguration
{
    internal const string FileSetting = "Gateway:ConfigFile";

    /// <summary>Adds the JSON file that <c>Gateway__ConfigFile</c> names, or <c>gateway.json</c> if there is one, below the environment.</summary>
    /// <param name="configuration">Gets it.</param>
    /// <param name="contentRoot">Where names begin.</param>
    /// <param name="instead">Stands in its place.</param>
    /// <exception cref="ConfigurationException">A file was named and is not there, or cannot be read.</exception>
    public static void AddGatewayFile(this IConfigurationManager configuration, string contentRoot, GatewayFile? instead = null)
    {
        string? named = configuration[FileSetting];
        string path = Path.GetFullPath(named is { Length: > 0 } ? named : "gateway.json", contentRoot);
        if (instead is null && named is { Length: > 0 } && !File.Exists(path))
        {
            throw new ConfigurationException([$"Gateway__ConfigFile names '{path}', which {(Directory.Exists(path) ? "is a folder. Name the file in it" : "does not exist")}."]);
        }

        configuration.Add(instead ?? GatewayFile.At(path));
        configuration.AddEnvironmentVariables();
    }

    /// <summary>Adds what is so on Azure Functions unless anything else says otherwise: its front end cuts an answer that has been silent for 230 s.</summary>
    public static void AddFunctionsDefaults(this IConfigurationManager configuration) =>
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new("Gateway:Upstream:WholeSeconds", "220")] });

    /// <summary>Does what reads settings from files, and says of a broken one where it is broken.</summary>
    /// <param name="file">What is read.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static T Reading<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([Explain(file, exception)]);
        }
    }

    /// <summary>The parser counts bytes, and people characters.</summary>
    private static long? ColumnOf(string file, JsonException json)
    {
        try
        {
            byte[] line = Encoding.UTF8.GetBytes(File.ReadLines(file).ElementAt((int)(json.LineNumber ?? 0)));
            return Encoding.UTF8.GetCharCount(line, 0, (int)Math.Min(json.BytePositionInLine ?? 0, line.Length)) + 1;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return json.BytePositionInLine + 1;
        }
    }

    /// <summary>What the parser says of JSON quotes it, and there may be keys in it; where the mistake is, is enough.</summary>
    private static string Explain(string file, Exception exception)
    {
        // One of several files of a name may be the broken one, and only the exception says which.
        file = exception is InvalidDataException && exception.Message.Split('\'') is [_, var named, _] ? named : file;
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is JsonException json)
            {
                return $"{file} is not valid JSON: line {json.LineNumber + 1}, column {ColumnOf(file, json)}. Mend it there, or just before.";
            }
        }

        Exception deepest = exception.GetBaseException();
        return $"{file} cannot be read. {(deepest is FormatException or IOException or UnauthorizedAccessException ? deepest.Message : exception.Message)}";
    }
}
