import { useState } from 'preact/hooks';
import { ApiError } from '../api/client';

/** Something that changes the gateway: runs once at a time, and keeps what went wrong. */
export function useAction() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const run = async (act: () => Promise<void>) => {
    if (busy) {
      return;
    }

    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, String(failure), null));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
