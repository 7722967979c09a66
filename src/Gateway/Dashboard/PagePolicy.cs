using Microsoft.AspNetCore.Http;

namespace Gateway.Dashboard;

/// <summary>What a browser may do with the page: run and show what comes from here, and speak to the gateway and to where people sign in.</summary>
internal static class PagePolicy
{
    /// <summary>Only names that browsers know: an unknown one is an error in their console. Writing to the clipboard is no part of it, the page copies keys.</summary>
    private const string NoDevices =
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

    /// <param name="headers">Those of the answer.</param>
    /// <param name="signIn">The origin where the page gets tokens; null for none.</param>
    public static void Set(IHeaderDictionary headers, string? signIn)
    {
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{(signIn is null ? "" : " " + signIn)}; font-src 'self'; "
            + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
        headers.XContentTypeOptions = "nosniff";
        headers["referrer-policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers["cross-origin-opener-policy"] = "same-origin";
        headers["cross-origin-resource-policy"] = "same-origin";
        headers["permissions-policy"] = NoDevices;
    }
}
