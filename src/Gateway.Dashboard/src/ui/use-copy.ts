import { useState } from 'preact/hooks';

/** Copies a text, and keeps what came of it for who hears or sees the page. */
export function useCopy(text: string, failed: string): { said: string; copy: () => Promise<void> } {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid(failed);
    }
  };
  return { said, copy };
}
