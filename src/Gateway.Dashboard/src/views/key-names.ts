import { useCallback, useEffect, useState } from 'preact/hooks';
import { get } from '../api/client';
import type { Key, Me, Page } from '../api/types';
import { useMe } from '../session/session';

/** Read once for each sign-in: who signs in after another must not see what that one saw. */
let known: { caller: Me; names: Map<string, string> } | null = null;

/** After a key was made or renamed. */
export function forgetKeyNames(): void {
  known = null;
}

/** The ids and names that were read so far, for who picks a key by its name. */
export function knownKeyNames(caller: Me): ReadonlyMap<string, string> {
  return known?.caller === caller ? known.names : new Map();
}

/** What keys are called, read when it is first wanted; until then, and where there is no name, the id. */
export function useKeyNames(wanted: boolean): (id: string) => string {
  const caller = useMe();
  const [names, setNames] = useState(known?.caller === caller ? known.names : null);
  useEffect(() => {
    if (wanted && known?.caller !== caller) {
      get<Page<Key>>('/manage/keys').then(({ data }) => {
        known = { caller, names: new Map(data.map((key) => [key.id, key.name ?? ''])) };
        setNames(known.names);
      }, () => setNames(null));
    }
  }, [wanted, caller]);
  return useCallback((id: string) => names?.get(id) || id, [names]);
}
