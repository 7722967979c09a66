import { useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/client';

/** Something that changes the gateway: runs once at a time, and keeps what went wrong. */
export function useAction() {
  const [busy, setBusy] = useState(false);
  // At once, unlike the state: a double click must not make two keys.
  const runs = useRef(false);
  const [error, setError] = useState<ApiError | null>(null);
  const run = async (act: () => Promise<void>) => {
    if (runs.current) {
      return;
    }

    runs.current = true;
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, String(failure), null));
    } finally {
      runs.current = false;
      setBusy(false);
    }
  };
  return { busy, error, run };
}
