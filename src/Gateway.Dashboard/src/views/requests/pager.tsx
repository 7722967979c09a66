import type { ComponentChildren } from 'preact';
import { link } from '../../ui/route';
import type { Filters } from './filters';

/** Which page came before which: the gateway's cursors lead to older requests only. A page that is opened by its address has none. */
const newer = new Map<string, string | undefined>();

const most = 500;

export function Pager({ filters, cursor, next, live, children }: { filters: Filters; cursor: string | undefined; next: string | undefined; live: boolean; children: ComponentChildren }) {
  if (next !== undefined && newer.size < most) {
    newer.set(next, cursor);
  }

  const to = (at: string | undefined) => link('requests', { ...filters, cursor: at, live: live ? undefined : 'off' });
  return (
    <>
      {children}
      <nav class="pager" aria-label="Pages">
        {cursor !== undefined && <a class="button small" href={to(undefined)}>Newest</a>}
        {cursor !== undefined && newer.get(cursor) !== undefined && <a class="button small" href={to(newer.get(cursor))}>Newer</a>}
        {next !== undefined && <a class="button small" href={to(next)}>Older</a>}
      </nav>
    </>
  );
}
