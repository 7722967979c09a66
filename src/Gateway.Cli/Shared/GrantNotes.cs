using Gateway.Authentication;
using Gateway.Routing;

namespace Gateway.Cli.Shared;

/// <summary>What whoever gives out rights should know, on stderr: it is done all the same.</summary>
internal static class GrantNotes
{
    /// <summary>Of models and providers that the settings at hand do not have.</summary>
    public static void Names(CommandContext context, CommandRunner runner, IReadOnlyList<string> models, IReadOnlyList<string> providers)
    {
        foreach (string warning in GrantNames.Warnings(runner.Configuration, models, providers))
        {
            context.Warn(warning);
        }
    }

    /// <summary>Asked before the team is made by being named.</summary>
    /// <returns>The team that was probably meant.</returns>
    public static Task<string?> LikeAsync(CommandContext context, string team, CancellationToken cancellationToken) => context.Service<KnownTeams>().LikeAsync(team, cancellationToken);

    /// <param name="context">Where to say it.</param>
    /// <param name="team">As it was typed.</param>
    /// <param name="like">What <see cref="LikeAsync"/> said.</param>
    /// <param name="cure">What to do if that was meant.</param>
    public static void Team(CommandContext context, string team, string? like, Func<string, string> cure)
    {
        if (like is not null)
        {
            context.Warn($"the team '{team}' is new and reads like '{like}': if that was meant, {cure(like)}.");
        }
    }
}
