using System.Buffers.Text;
using System.Text;
using Gateway.Authentication.Access;
using Gateway.Tests.Authentication.Oidc;
using Xunit.Abstractions;

namespace Gateway.Tests.Fuzz;

/// <summary>Tokens and the key sets that vouch for them.</summary>
[Trait("Category", Fuzz.Category)]
public sealed class TokensFuzz(ITestOutputHelper output)
{
    [Fact]
    public async Task Payload_that_is_rightly_signed_is_believed_or_refused()
    {
        await using TokenDoor door = await TokenDoor.OpenAsync();
        TokenSigner signer = door.Issuer.AddSigner("ES256");
        await door.TrustAsync();
        byte[][] corpus = [Encoding.UTF8.GetBytes(door.Claims().ToJsonString()), .. FuzzInputs.Attacks("claims")];

        await Fuzz.RunAsync(Mutations.Of(corpus), async payload => Kind(await door.TryAsync(signer.Sign(payload))), output);
    }

    [Fact]
    public async Task Header_and_text_of_a_token_are_believed_or_refused()
    {
        await using TokenDoor door = await TokenDoor.OpenAsync();
        TokenSigner signer = door.Issuer.AddSigner("ES256");
        await door.TrustAsync();
        string[] parts = signer.Sign(door.Claims()).Split('.');
        byte[][] corpus = [Base64Url.DecodeFromChars(parts[0]), .. FuzzInputs.Attacks("jose-headers")];
        int number = 0;

        await Fuzz.RunAsync(Mutations.Of(corpus), async header =>
        {
            string token = $"{Base64Url.EncodeToString(header)}.{parts[1]}.{parts[2]}";

            // Every third one is damaged as text, behind the base64.
            return Kind(await door.TryAsync(number++ % 3 == 0 ? Encoding.Latin1.GetString(header) + token : token));
        }, output);
    }

    [Fact]
    public async Task Key_set_that_makes_no_sense_lets_nobody_in_and_stops_nobody()
    {
        await using TokenDoor door = await TokenDoor.OpenAsync();
        TokenSigner signer = door.Issuer.AddSigner("ES256");
        await door.TrustAsync();
        byte[] keys = Encoding.UTF8.GetBytes($$"""{"keys":[{{signer.ToJwk().ToJsonString()}}]}""");
        byte[] answer = keys;
        door.Issuer.InsteadOfKeys = http => http.Response.Body.WriteAsync(answer).AsTask();

        await Fuzz.RunAsync(Mutations.Of([keys, .. FuzzInputs.Attacks("key-sets")]), async bytes =>
        {
            answer = bytes;

            // The old keys are forgotten after a day without new ones.
            door.Time.Advance(TimeSpan.FromHours(25));
            return Kind(await door.TryAsync(signer.Sign(door.Claims())));
        }, output);
    }

    private static string Kind(AuthenticationResult result)
    {
        if (result is not AuthenticationResult.Refused { Error: var error })
        {
            return "let in";
        }

        Assert.True(error.Status is 401 or 503, $"{error.Status} {error.Message}");
        return $"{error.Status}";
    }
}
