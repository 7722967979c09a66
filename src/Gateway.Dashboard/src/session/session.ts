// Who is signed in. The key, or token, is kept in the session storage of this tab and nowhere else: closing the tab
// forgets it, and no other tab, cookie or address ever holds it.
import { useEffect, useState } from 'preact/hooks';
import type { Me } from '../api/types';

const place = 'gateway-session';

export interface Session {
  kind: 'key' | 'token';
  secret: string;
  me: Me;
}

interface State {
  session: Session | null;
  /** Why the last one ended, for the sign-in page. */
  reason: string | null;
}

let state: State = { session: read(), reason: null };
const listeners = new Set<() => void>();

/** The header that shows the gateway who asks. */
export function credential(session: Pick<Session, 'kind' | 'secret'> | null = state.session): Record<string, string> {
  return session === null ? {} : session.kind === 'key' ? { 'x-api-key': session.secret } : { authorization: `Bearer ${session.secret}` };
}

/** Whoever is signed in at this moment; another object for each sign-in. */
export function currentSession(): Session | null {
  return state.session;
}

export function beginSession(session: Session): void {
  sessionStorage.setItem(place, JSON.stringify(session));
  set({ session, reason: null });
}

export function endSession(reason: string | null = null): void {
  if (state.session !== null) {
    sessionStorage.removeItem(place);
    set({ session: null, reason });
  }
}

export function useSession(): State {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const listener = () => setTurn((before) => before + 1);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return state;
}

/** Who is signed in; only within the part of the page that needs it. */
export function useMe(): Me {
  const { session } = useSession();
  if (session === null) {
    throw new Error('Nobody is signed in.');
  }

  return session.me;
}

function set(next: State): void {
  state = next;
  listeners.forEach((listener) => listener());
}

function read(): Session | null {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? 'null');
  } catch {
    return null;
  }
}
