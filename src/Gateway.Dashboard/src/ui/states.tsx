import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api/load';
import type { ApiError } from '../api/client';
import { clock } from './format';

interface Props<T> {
  of: Loaded<T>;
  children: (data: T) => ComponentChildren;
  /** What is awaited, for those who hear the page. */
  what: string;
}

/** What is loaded; before that a placeholder, and what went wrong beside what was there before. */
export function Load<T>({ of: { data, error, loading, reload }, children, what }: Props<T>) {
  return (
    <div class={loading ? 'loading' : undefined} aria-busy={loading}>
      {error && <Failure error={error} retry={reload} />}
      {data !== undefined ? children(data) : !error && <Skeleton what={what} />}
    </div>
  );
}

export function Skeleton({ what }: { what: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="unseen">Loading {what}</span>
      <div /><div /><div />
    </div>
  );
}

export function Failure({ error, retry }: { error: ApiError; retry?: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <div>
        <strong>{titleOf(error)}</strong>
        <p>{error.message}</p>
        {error.requestId && <p class="quiet">Request {error.requestId}</p>}
      </div>
      {retry && <button type="button" class="button" onClick={retry}>Try again</button>}
    </div>
  );
}

function titleOf({ status }: ApiError): string {
  return status === 0 ? 'No connection'
    : status === 403 ? 'Not for this key'
    : status === 503 ? 'The storage does not answer'
    : status >= 500 ? 'The gateway failed'
    : 'That did not work';
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  );
}

/** When the numbers are of, and a way to have newer ones. */
export function Freshness({ at, loading, reload }: Pick<Loaded<unknown>, 'at' | 'loading' | 'reload'>) {
  return (
    <span class="freshness">
      {at && <span class="quiet">As of {clock(at)}</span>}
      <button type="button" class="button small" aria-disabled={loading} onClick={() => loading || reload()}>{loading ? 'Loading…' : 'Refresh'}</button>
    </span>
  );
}
