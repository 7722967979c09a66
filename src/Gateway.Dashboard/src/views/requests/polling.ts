import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../api/client';

/** Asks again and again did not work: what the gateway said, and when the next try is. */
export interface Trouble {
  error: ApiError;
  seconds: number;
}

const usual = 5_000;
const longest = 60_000;

/**
 * Asks every 5 seconds after the answer before, while the tab is seen. After an error it waits twice as long each time,
 * up to a minute. Anew when the key changes; not at all without one.
 */
export function usePolling(key: string | null, ask: (signal: AbortSignal) => Promise<void>): Trouble | null {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    setTrouble(null);
    if (key === null) {
      return;
    }

    const abort = new AbortController();
    let timer = 0;
    let running = false;
    let failures = 0;
    const wait = () => Math.min(longest, usual * 2 ** failures);
    const turn = async () => {
      if (running || document.hidden) {
        return;
      }

      running = true;
      try {
        await latest.current(abort.signal);
        failures = 0;
        setTrouble(null);
      } catch (error) {
        if (abort.signal.aborted) {
          return;
        }

        failures++;
        setTrouble({ error: error instanceof ApiError ? error : new ApiError(0, String(error), null), seconds: wait() / 1000 });
      } finally {
        running = false;
      }

      timer = setTimeout(turn, wait());
    };
    const seen = () => {
      if (!document.hidden) {
        clearTimeout(timer);
        void turn();
      }
    };

    timer = setTimeout(turn, usual);
    document.addEventListener('visibilitychange', seen);
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [key]);
  return trouble;
}
