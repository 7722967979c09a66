import { useEffect, useState } from 'preact/hooks';
import type { Key } from '../../api/types';
import { Issued } from './issued';

// Beside all views and beside the sign-in: neither the browser's back button nor a session that ends may lose what is
// shown once.
let issued: Key | null = null;
let changed: () => void = () => {};

export function showIssued(key: Key | null): void {
  issued = key;
  changed();
}

/** The key that was made or rotated a moment ago, until somebody has saved it. */
export function IssuedKey() {
  const [, setTurn] = useState(0);
  useEffect(() => {
    changed = () => setTurn((before) => before + 1);
    return () => {
      changed = () => {};
    };
  }, []);
  return issued === null ? null : <Issued key={issued.key} issued={issued} onClose={() => showIssued(null)} />;
}
