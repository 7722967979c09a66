// Signing in at the operator's issuer: authorization code with PKCE, by a library that is made for it. The gateway says
// where the issuer's endpoints are; the code comes back in the address and is taken out of it at once.
import * as oauth from 'oauth4webapi';

export interface Oidc {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  client_id: string;
  scope: string;
  token: 'access' | 'id';
}

export interface SignInSettings {
  version: string;
  oidc?: Oidc;
  problem?: string;
}

const place = 'gateway-sign-in';
const redirectUri = `${location.origin}/dashboard`;

/** As the gateway takes them, which checks the signature; the library alone takes RS256 only. */
const algorithms = ['RS', 'PS', 'ES'].flatMap((family) => ['256', '384', '512'].map((size) => family + size));

/** Leaves this page for the issuer's. */
export async function beginSignIn(oidc: Oidc): Promise<void> {
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
  sessionStorage.setItem(place, JSON.stringify({ verifier, state, nonce, back: location.hash }));
  const target = new URL(oidc.authorization_endpoint);
  const parameters = {
    client_id: oidc.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: oidc.scope,
    state,
    // It comes back in an ID token, which only who asks for openid gets.
    ...(withIdToken(oidc) ? { nonce } : {}),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  Object.entries(parameters).forEach(([name, value]) => target.searchParams.set(name, value));
  location.assign(target);
}

/** Whether the issuer has sent somebody back. */
export function isReturning(): boolean {
  const parameters = new URLSearchParams(location.search);
  return parameters.has('state') && (parameters.has('code') || parameters.has('error'));
}

/** Takes the issuer's answer out of the address: who goes back in the browser comes from the issuer again, and is signed in already. */
export function forgetAnswer(back = location.hash): void {
  if (location.search !== '') {
    history.replaceState(null, '', `/dashboard${back}`);
  }
}

/** The token of who came back from the issuer. Throws with words for people when it came to nothing. */
export async function finishSignIn(oidc: Oidc): Promise<string> {
  const address = new URL(location.href);
  const begun: { verifier: string; state: string; nonce: string; back: string } | null = JSON.parse(sessionStorage.getItem(place) ?? 'null');
  sessionStorage.removeItem(place);
  forgetAnswer(begun?.back ?? '');
  if (begun === null) {
    throw new Error('This sign-in was begun in another tab. Begin anew.');
  }

  if (address.searchParams.get('state') !== begun.state) {
    throw new Error('What came back is no answer to the sign-in that was begun here. Begin anew.');
  }

  const server: oauth.AuthorizationServer = {
    issuer: oidc.issuer,
    authorization_endpoint: oidc.authorization_endpoint,
    token_endpoint: oidc.token_endpoint,
    id_token_signing_alg_values_supported: algorithms,
  };
  const client: oauth.Client = { client_id: oidc.client_id };
  try {
    const parameters = oauth.validateAuthResponse(server, client, address, begun.state);
    const answer = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, redirectUri, begun.verifier, { [oauth.allowInsecureRequests]: isLoopback(oidc.token_endpoint) });
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, withIdToken(oidc) ? { expectedNonce: begun.nonce } : {});
    const token = oidc.token === 'id' ? tokens.id_token : tokens.access_token;
    if (!token) {
      throw new Error('The issuer sent no ID token. The scope must hold "openid".');
    }

    return token;
  } catch (error) {
    throw new Error(wordsOf(error), { cause: error });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError
    ? `The issuer refused: ${error.error_description ?? error.error}`
    : error instanceof Error ? `Signing in at the issuer failed: ${error.message}` : String(error);
}

/** Only a test's, or a developer's, issuer speaks plain HTTP. */
function isLoopback(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}

function withIdToken({ scope }: Oidc): boolean {
  return scope.split(' ').includes('openid');
}
