// Where one is on the page: "#/requests?status=5xx". Filters live there, so that a view can be sent to a colleague and the
// browser's back button works. Secrets never do.
import { useEffect, useState } from 'preact/hooks';
import { withoutSecrets } from './secrets';

export interface Route {
  /** The first part: which view. */
  view: string;
  /** The second part, if there is one: which thing. */
  id: string | null;
  parameters: URLSearchParams;
}

export function readRoute(hash: string = location.hash): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view = '', part = ''] = path.split('/');
  const id = withoutSecrets(decode(part));
  const parameters = new URLSearchParams([...new URLSearchParams(query)].map(([name, value]) => [name, withoutSecrets(value)]));

  // A browser takes dots out of a path: it would ask for the list instead of one of it.
  return { view: view || 'overview', id: id === '' || id === '.' || id === '..' ? null : id, parameters };
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute());
  useEffect(() => {
    const changed = () => {
      forgetSecrets();
      setRoute(readRoute());
    };
    forgetSecrets();
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}

/** Takes a whole key that somebody put into the address out of it, and out of the history. */
function forgetSecrets(): void {
  const { view, id, parameters } = readRoute();
  if (/mgw_[^_\s]+_/i.test(decode(location.hash))) {
    history.replaceState(null, '', link(view, Object.fromEntries(parameters), id ?? undefined));
  }
}

/** The address of a view; what is undefined or empty is left out. */
export function link(view: string, parameters: Record<string, string | undefined> = {}, id?: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value) {
      query.set(name, withoutSecrets(value));
    }
  }

  const text = query.toString();
  return `#/${view}${id ? `/${encodeURIComponent(withoutSecrets(id))}` : ''}${text ? `?${text}` : ''}`;
}

/** Goes to the same view with some parameters changed; undefined takes one away. */
export function setParameters(changes: Record<string, string | undefined>): void {
  const { view, id, parameters } = readRoute();
  const next = { ...Object.fromEntries(parameters), ...changes };
  location.hash = link(view, next, id ?? undefined);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
