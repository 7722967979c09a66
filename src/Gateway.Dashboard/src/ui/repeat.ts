import { useEffect, useRef } from 'preact/hooks';

/** Does it again and again while somebody looks at the page, and at once when they come back after longer. */
export function useRepeat(seconds: number, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    let due = Date.now() + seconds * 1000;
    const look = () => {
      if (document.visibilityState === 'visible' && Date.now() >= due) {
        due = Date.now() + seconds * 1000;
        latest.current();
      }
    };
    const timer = setInterval(look, 1000);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [seconds]);
}
