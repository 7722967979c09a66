import { count } from '../../ui/format';
import { Failure } from '../../ui/states';
import type { Pages } from './pages';

/** Below the rows: how many are here, and a way to have more of them. */
export function More<T>({ pages, what }: { pages: Pages<T>; what: string }) {
  const loaded = pages.data?.length ?? 0;
  return (
    <>
      {pages.next && <button type="button" class="button small" disabled={pages.loadingNext} onClick={pages.loadNext}>{pages.loadingNext ? 'Loading…' : `Load more ${what}`}</button>}
      <span class="hint" role="status">{pages.next ? `The first ${count(loaded)} ${what} are here; columns sort these.` : `${count(loaded)} ${what}, all of them.`}</span>
      {pages.nextError && <Failure error={pages.nextError} retry={pages.loadNext} />}
    </>
  );
}
