using Microsoft.Playwright;

namespace Gateway.Dashboard.Tests.Support;

/// <summary>The browser of this machine: Playwright brings none of its own.</summary>
internal static class Chromium
{
    public const string HowToInstall = "There is no Chromium here. Install it (Debian, Ubuntu: 'apt-get install chromium'), or name a browser of that family in GATEWAY_CHROMIUM.";

    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

    private static readonly string[] s_folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        "/usr/bin",
        "/Applications/Google Chrome.app/Contents/MacOS",
        @"C:\Program Files\Google\Chrome\Application",
        @"C:\Program Files (x86)\Microsoft\Edge\Application",
    ];

    /// <summary>Null where there is none.</summary>
    public static string? Path { get; } = Environment.GetEnvironmentVariable("GATEWAY_CHROMIUM") is { Length: > 0 } named
        ? named
        : (from folder in s_folders from name in (string[])[.. s_names, "Google Chrome", "chrome.exe", "msedge.exe"] select System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Where all must be tested a browser that is missing is a failure: CI says so.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("GATEWAY_BROWSER") == "required" || Environment.GetEnvironmentVariable("CI") is { Length: > 0 };

    public static Task<IBrowser> StartAsync(IPlaywright playwright) => Path is null
        ? throw new InvalidOperationException(HowToInstall)
        : playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
}

/// <summary>A test in a browser. Where there is none it is skipped and says how to get one; where one is required it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Skipped(Chromium.Path, Chromium.IsRequired);

    public static string? Skipped(string? path, bool required) => path is null && !required ? Chromium.HowToInstall : null;
}

/// <summary>Such tests with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = BrowserFactAttribute.Skipped(Chromium.Path, Chromium.IsRequired);
}
