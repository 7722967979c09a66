using Gateway.Cli;

return await CommandLine.RunAsync(args, CliConfiguration.Build(), Console.Out, Console.Error);
