import { useEffect, useState } from 'preact/hooks';

/** What to write into examples where nothing better is known: Claude Code's own. */
const fallback = 'claude-sonnet-4-5';

/**
 * The models that a key may ask for, as the gateway tells that key; undefined until it has. It is asked as the key itself, so
 * not by the way that ends the session when a key is refused.
 */
export function useOwnModels(key: string): string[] | undefined {
  const [models, setModels] = useState<string[] | undefined>();
  useEffect(() => {
    const abort = new AbortController();
    fetch('/v1/models?limit=1000', { headers: { 'x-api-key': key }, signal: abort.signal, cache: 'no-store', credentials: 'omit', redirect: 'error' })
      .then(async (answer) => (answer.ok ? idsOf(await answer.json()) : []))
      .catch(() => [])
      .then((found) => {
        if (!abort.signal.aborted) {
          setModels(found);
        }
      });
    return () => abort.abort();
  }, [key]);
  return models;
}

function idsOf(list: { data: { id: string }[] }): string[] {
  return list.data.map(({ id }) => id).filter((id) => !id.includes('*'));
}

/** One of Claude's where there is one, for Claude Code needs no more words then; else the first, else what the key names. */
export function exampleModel(models: string[], patterns: string[]): string {
  return models.find((id) => id.startsWith('claude-') && id.includes('sonnet')) ?? models.find((id) => id.startsWith('claude-')) ?? models[0] ?? patterns.find((pattern) => !pattern.includes('*')) ?? fallback;
}
