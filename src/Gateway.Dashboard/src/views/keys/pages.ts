import { useState } from 'preact/hooks';
import { get, url, type ApiError, type Query } from '../../api/client';
import { useLoad, type Loaded } from '../../api/load';
import type { Page } from '../../api/types';
import { useAction } from '../../ui/action';

/** As many rows as a page of the server's holds. */
const size = 50;

export interface Pages<T> extends Loaded<T[]> {
  /** Whether the server has more; how to have it, and what went wrong with that. */
  next: boolean;
  loadNext: () => void;
  loadingNext: boolean;
  nextError: ApiError | null;
}

/** A list that the server hands out page by page. Loading anew begins at the first. */
export function usePages<T>(path: string, query: Query): Pages<T> {
  const first = useLoad(url(path, query), (signal) => get<Page<T>>(path, { ...query, limit: size }, signal));
  const [rest, setRest] = useState<{ of: Page<T> | undefined; pages: Page<T>[] }>({ of: undefined, pages: [] });
  const { busy, error, run } = useAction();
  const following = rest.of === first.data ? rest.pages : [];
  const last = following.at(-1) ?? first.data;
  const loadNext = () => run(async () => {
    const page = await get<Page<T>>(path, { ...query, limit: size, after: last?.next });
    // Those of a list that was loaded anew in between belong to it no more.
    setRest((before) => ({ of: first.data, pages: [...(before.of === first.data ? before.pages : []), page] }));
  });
  return {
    ...first,
    data: first.data && [first.data, ...following].flatMap((page) => page.data),
    next: last?.next !== undefined,
    loadNext,
    loadingNext: busy,
    nextError: error,
  };
}
