import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './client';

export interface Loaded<T> {
  /** The newest answer of this key, also while it is asked for again. */
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  /** When the newest answer came. */
  at: Date | undefined;
  reload: () => void;
}

/**
 * Loads when its key changes, and again on demand. Answers that are overtaken are thrown away. While the same is loaded
 * again what was there stays on the page; of another key nothing does, since it would stand under the wrong name.
 */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; data?: T; error?: ApiError; at?: Date }>({ key: '' });
  const [loading, setLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const abort = new AbortController();
    setLoading(true);
    latest.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) {
          setState({ key, data, at: new Date() });
          setLoading(false);
        }
      },
      (error: unknown) => {
        if (!abort.signal.aborted) {
          setState((before) => ({ ...(before.key === key ? before : {}), key, error: error instanceof ApiError ? error : new ApiError(0, String(error), null) }));
          setLoading(false);
        }
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const own = state.key === key;
  return { data: own ? state.data : undefined, error: own ? state.error : undefined, at: own ? state.at : undefined, loading: loading || !own, reload };
}
