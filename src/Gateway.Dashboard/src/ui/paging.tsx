import { useEffect, useRef, useState } from 'preact/hooks';
import { get, url, type ApiError, type Query } from '../api/client';
import { useLoad, type Loaded } from '../api/load';
import type { Page } from '../api/types';
import { useAction } from './action';
import { count } from './format';
import { Failure } from './states';

export interface Paged<T> extends Loaded<T[]> {
  /** Whether the gateway has more. */
  hasMore: boolean;
  loadingMore: boolean;
  moreError: ApiError | null;
  loadMore: () => void;
}

/** Rows that are loaded at once. */
export const pageSize = 50;

/** A list that the gateway gives page by page (`next` is `after` of the following one); loading anew begins at its head. */
export function usePages<T>(path: string, query: Query = {}): Paged<T> {
  const first = useLoad(url(path, query), (signal) => get<Page<T>>(path, { limit: pageSize, ...query }, signal));
  const [rest, setRest] = useState<{ of: Page<T>; rows: T[]; next: string | undefined } | null>(null);
  const { busy, error, run } = useAction();
  const head = first.data;
  const follows = rest !== null && rest.of === head ? rest : null;
  const next = follows ? follows.next : head?.next;
  return {
    ...first,
    data: head && (follows ? [...head.data, ...follows.rows] : head.data),
    hasMore: next !== undefined,
    loadingMore: busy,
    moreError: error,
    loadMore: () => run(async () => {
      const page = await get<Page<T>>(path, { limit: pageSize, ...query, after: next });
      setRest({ of: head!, rows: [...(follows?.rows ?? []), ...page.data], next: page.next });
    }),
  };
}

/** How much is there, and a way to have more of it. The button is never disabled: that would take the focus away. */
export function More<T>({ of: { data = [], hasMore, loading, loadingMore, moreError, loadMore }, what }: { of: Paged<T>; what: string }) {
  const said = useRef<HTMLSpanElement>(null);
  const had = useRef(hasMore);
  const waits = loading || loadingMore;
  useEffect(() => {
    if (had.current && !hasMore && document.activeElement === document.body) {
      said.current?.focus();
    }

    had.current = hasMore;
  }, [hasMore]);
  return (
    <>
      <span ref={said} class="hint" role="status" tabIndex={-1}>{count(data.length)} {what} {hasMore ? 'loaded, there are more' : 'in all'}</span>
      {hasMore && <button type="button" class="button small" aria-disabled={waits} onClick={() => { if (!waits) { loadMore(); } }}>{loadingMore ? 'Loading…' : 'Load more'}</button>}
      {moreError && <Failure error={moreError} retry={loadMore} />}
    </>
  );
}
