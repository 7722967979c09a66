using Gateway.Routing;
using Gateway.Settings;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>/manage/config</c>: the providers and models that this instance serves, and what became of the last change of its file.</summary>
public sealed class ConfigHandler(ManagePipeline pipeline, LiveRouter live, GatewayFile? file = null)
{
    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.RunAsync(http, (_, _) =>
        Task.FromResult(new QueryReader(http.Request.Query).Refusal ?? ManageAnswer.Of(Active(live.Generation), ManageJson.Default.ActiveConfiguration)), cancellationToken);

    private ActiveConfiguration Active(Generation generation)
    {
        ConfigurationDocument served = ConfigurationDocument.Of(generation.Router);
        return new ActiveConfiguration(generation.Number, generation.At, file?.Name, generation.Refused, generation.Waiting, served.Providers, served.Models);
    }
}
