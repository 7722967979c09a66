using System.CommandLine;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Keys;

/// <summary><c>keys</c>: one class per subcommand.</summary>
internal static class KeysCommand
{
    public static Command Create(CommandRunner runner) => new("keys", "API keys of this gateway.")
    {
        CreateKeyCommand.Create(runner),
        ListKeysCommand.Create(runner),
        ShowKeyCommand.Create(runner),
        UpdateKeyCommand.Create(runner),
        RevokeKeyCommand.Create(runner),
        RotateKeyCommand.Create(runner),
    };

    public static Argument<string> Id() => KeyText.Argument("id", "The visible id: the part of the key between the first and the second underscore. The whole key does, too.");
}
