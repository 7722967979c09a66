using Gateway.Cli;
using Microsoft.Extensions.Configuration;

(IConfiguration? configuration, string? problem) = CliConfiguration.Build();
if (configuration is null)
{
    Console.Error.WriteLine(problem);
    return 1;
}

return await CommandLine.RunAsync(args, configuration, Console.Out, Console.Error);
