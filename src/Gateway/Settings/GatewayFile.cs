using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Primitives;

namespace Gateway.Settings;

/// <summary>
/// The gateway's own JSON file as one source of settings among others. What it says changes only when somebody has checked
/// the new text: <see cref="With"/> shows what the settings would be, <see cref="Take"/> makes them so.
/// </summary>
public sealed class GatewayFile : ConfigurationProvider, IConfigurationSource
{
    private readonly string? _given;

    private GatewayFile(string name, string? given) => (Name, _given) = (name, given);

    /// <summary>Where it is.</summary>
    public string Name { get; }

    /// <summary>What is in force; null when there was no file.</summary>
    public string? Text { get; private set; }

    /// <summary>The names of the settings that it holds.</summary>
    public IEnumerable<string> Keys => Data.Keys;

    public static GatewayFile At(string path) => new(path, null);

    /// <summary>A text that is not in a file.</summary>
    public static GatewayFile Of(string name, string text) => new(name, text);

    /// <summary>The file among the sources; null when there is none.</summary>
    public static GatewayFile? In(IConfiguration configuration) => (configuration as IConfigurationRoot)?.Providers.OfType<GatewayFile>().LastOrDefault();

    IConfigurationProvider IConfigurationSource.Build(IConfigurationBuilder builder) => this;

    /// <exception cref="ConfigurationException">It is there and cannot be read.</exception>
    public override void Load()
    {
        Text = GatewayConfiguration.Reading(Name, Read);
        Data = Text is null ? new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) : Parse(Text);
    }

    /// <summary>What is there now; null when nothing is.</summary>
    public string? Read()
    {
        if (_given is null && Directory.Exists(Name))
        {
            // The system would say that access is denied. Docker makes a folder of a file to mount that is not there.
            throw new IOException("It is a folder. Put the file itself there.");
        }

        try
        {
            return _given ?? File.ReadAllText(Name);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <exception cref="ConfigurationException">The text is no object of settings, or has one of them twice.</exception>
    public IDictionary<string, string?> Parse(string text) => GatewayConfiguration.Reading(Name, () =>
    {
        IDictionary<string, string?>? settings = null;
        FormatException? broken = null;
        try
        {
            settings = new Parser().Parse(text);
        }
        catch (FormatException exception) when (exception.InnerException is null)
        {
            // It names only the first of the settings that are there twice.
            broken = exception;
        }

        IReadOnlyList<string> twins = JsonTwins.In(Name, text);
        IReadOnlyList<string> mistakes = twins.Count == 0 && settings?.TryGetValue(GatewayConfiguration.FileSetting, out string? other) == true && other is { Length: > 0 }
            ? [$"{Name} holds {GatewayConfiguration.FileSetting}, which is read before any file is. Take it out, and set the environment variable Gateway__ConfigFile to read another file."]
            : twins;
        return mistakes.Count > 0 ? throw new ConfigurationException(mistakes) : settings ?? throw broken!;
    });

    /// <summary>All settings as they would be if the file said this.</summary>
    internal ConfigurationRoot With(IConfigurationRoot all, IDictionary<string, string?> settings) =>
        new([.. all.Providers.Select(IConfigurationProvider (provider) => new Layer(ReferenceEquals(provider, this) ? new Said(settings) : provider))]);

    /// <summary>The file says this from now on.</summary>
    public void Take(string text, IDictionary<string, string?> settings)
    {
        (Text, Data) = (text, settings);
        OnReload();
    }

    /// <summary>The settings of a text, by the rules of .NET.</summary>
    private sealed class Parser() : JsonConfigurationProvider(new JsonConfigurationSource())
    {
        public IDictionary<string, string?> Parse(string text)
        {
            Load(new MemoryStream(Encoding.UTF8.GetBytes(text)));
            return Data;
        }
    }

    private sealed class Said : ConfigurationProvider
    {
        public Said(IDictionary<string, string?> settings) => Data = settings;
    }

    /// <summary>A source as it is: putting sources together must not make them read again.</summary>
    private sealed class Layer(IConfigurationProvider source) : IConfigurationProvider
    {
        public bool TryGet(string key, out string? value) => source.TryGet(key, out value);

        public void Set(string key, string? value) => throw new NotSupportedException();

        public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

        public void Load()
        {
        }

        public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) => source.GetChildKeys(earlierKeys, parentPath);
    }
}
