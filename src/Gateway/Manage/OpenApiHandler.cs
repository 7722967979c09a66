using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

/// <summary><c>GET /manage/openapi.json</c>: this surface for machines. Kept by hand; a test holds it against the code.</summary>
public sealed class OpenApiHandler(ManagePipeline pipeline)
{
    private static readonly byte[] s_document = Read();

    public Task GetAsync(HttpContext http, CancellationToken cancellationToken) => pipeline.ShowAsync(
        http,
        (_, _) => Task.FromResult(new QueryReader(http.Request.Query).Refusal ?? new ManageAnswer.Json(s_document, StatusCodes.Status200OK, null)),
        cancellationToken);

    private static byte[] Read()
    {
        using Stream resource = typeof(OpenApiHandler).Assembly.GetManifestResourceStream("openapi.json")
            ?? throw new InvalidOperationException("The assembly lacks its OpenAPI document.");
        using MemoryStream copy = new();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
