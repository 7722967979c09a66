namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    private const string Refusal =
        "The Functions app cannot start: it was built with a stand-in for Microsoft.Azure.Functions.Worker. "
        + "Run the gateway without the Functions host: dotnet run --project src/Gateway.LocalHost";

    /// <summary>Stops the process here, at the first call of every Functions app, so that the one line is all that is said.</summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        Console.Error.WriteLine(Refusal);
        Environment.Exit(1);
        return new FunctionsApplicationBuilder(args);
    }
}
