import { credential, currentSession, endSession } from '../session/session';
import { withoutSecrets } from '../ui/secrets';

/** What the gateway said instead of an answer, in its own words. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly requestId: string | null,
  ) {
    super(message);
  }
}

/** A change whose answer is lost may have been made: to do it again could do it twice. */
const unknownOutcome = 'The answer of the gateway was lost, so the change may have been made. Look before you do it again.';

const longestWait = 60_000;

export type Query = Record<string, string | number | undefined>;

/** A path with its query; what is undefined or empty is left out. */
export function url(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') {
      parameters.set(name, withoutSecrets(String(value)));
    }
  }

  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return read(await send('GET', url(path, query), undefined, within(signal)), 'The answer of the gateway came broken. Try again.');
}

export async function change<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
  return read(await send(method, path, body, within()), unknownOutcome);
}

/** The answer as a file that the browser saves: large ones are not made here, row by row. */
export async function download(path: string, query: Query, name: string): Promise<void> {
  const asked = currentSession();
  const content = await (await send('GET', url(path, query))).blob();
  if (currentSession() === asked) {
    save(content, name);
  }
}

export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Throws an {@link ApiError} for everything that is not a success; a credential that no longer works ends the session. */
async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const asked = currentSession();
  const headers = new Headers(credential(asked));
  if (body !== undefined) {
    headers.set('content-type', 'application/json');
  }

  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null, cache: 'no-store', credentials: 'omit', redirect: 'error' });
  } catch (error) {
    if (signal?.aborted && !timedOut(error)) {
      throw error;
    }

    throw new ApiError(0, method !== 'GET' ? unknownOutcome : timedOut(error) ? 'The gateway has not answered for a minute.' : 'The gateway cannot be reached. Is it running, and is this computer online?', null);
  }

  if (answer.ok) {
    return answer;
  }

  const failure = new ApiError(answer.status, await messageOf(answer), answer.headers.get('request-id'));
  // Of who is signed in now: an answer to somebody who was before says nothing of them.
  if (answer.status === 401 && currentSession() === asked) {
    endSession(failure.message);
  }

  throw failure;
}

function within(signal?: AbortSignal): AbortSignal {
  return AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(longestWait)]);
}

function timedOut(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

async function read<T>(answer: Response, broken: string): Promise<T> {
  try {
    return await answer.json();
  } catch {
    throw new ApiError(0, broken, answer.headers.get('request-id'));
  }
}

async function messageOf(answer: Response): Promise<string> {
  try {
    const body = await answer.json();
    return body.error.message;
  } catch {
    return `The gateway answered ${answer.status} without a reason.`;
  }
}
