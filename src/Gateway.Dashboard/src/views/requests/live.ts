import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useLoad, type Loaded } from '../../api/load';
import type { Receipt, RequestPage } from '../../api/types';
import { clock } from '../../ui/format';
import { pageSize } from '../../ui/paging';
import type { Filters } from './filters';
import { usePolling, type Trouble } from './polling';

export interface LiveList {
  page: Loaded<RequestPage>;
  rows: Receipt[];
  /** Those that came last, to be marked. */
  fresh: ReadonlySet<string>;
  /** How many wait to be shown, since somebody is reading. */
  held: number;
  /** There are more of those than one answer holds. */
  heldMore: boolean;
  show: () => void;
  trouble: Trouble | null;
  /** For those who hear the page, seldom enough. */
  said: string;
}

/** A page that grew beyond this is asked for anew. */
const mostRows = 200;

/** A request is listed when it is over, under the time at which it began: how long one takes at most, or nearly. */
const longestRequest = 10 * 60_000;

/** Who filters by tag makes the gateway look at all requests of the time: without new ones it is not to grow. */
const longestLook = 60 * 60_000;

const quietFor = 20_000;

/** What came since a page was loaded; of another page it counts for nothing. */
interface Since {
  of: RequestPage;
  rows: Receipt[];
  fresh: ReadonlySet<string>;
  held: Receipt[];
  /** More than one answer holds lie between what is shown and the newest. */
  gap: boolean;
}

/** A page of requests; the first one keeps itself up to date. What is read is never moved: then new rows wait. */
export function useRequests(filters: Filters, cursor: string | undefined, live: boolean, isReading: () => boolean): LiveList {
  const key = JSON.stringify([filters, cursor]);
  const page = useLoad(key, (signal) => get<RequestPage>('/manage/requests', { ...filters, cursor, limit: pageSize }, signal));
  const [state, setState] = useState<Since | null>(null);
  const [said, say] = useAnnouncement();
  const since = state !== null && state.of === page.data ? state : null;
  const rows = since?.rows ?? page.data?.data ?? [];

  // What is on the page when an answer comes, not when it was asked for.
  const current = useRef({ page, since, isReading });
  current.current = { page, since, isReading };

  const take = (answer: RequestPage) => {
    const { page: { data: of }, since: before, isReading: reading } = current.current;
    const next = of && merge(before ?? { of, rows: of.data, fresh: none, held: [], gap: false }, answer);
    if (!next) {
      return;
    }

    say(next.come);
    if (reading()) {
      setState(next.since);
    } else {
      show(next.since);
    }
  };

  const show = (next: Since) => {
    if (next.gap || next.rows.length + next.held.length > mostRows) {
      page.reload();
    } else {
      setState({ ...next, rows: inOrder([...next.held, ...next.rows]), fresh: new Set(next.held.map((row) => row.request_id)), held: [] });
    }
  };

  const active = live && cursor === undefined && page.data !== undefined && !page.loading;
  const trouble = usePolling(active ? `${key} ${page.at?.getTime()}` : null, async (signal) => {
    take(await get<RequestPage>('/manage/requests', { ...filters, from: lookFrom(filters, rows), limit: pageSize }, signal));
  });

  return {
    page,
    rows,
    fresh: since?.fresh ?? none,
    held: since?.held.length ?? 0,
    heldMore: since?.gap ?? false,
    show: () => { if (since) { show(since); } },
    trouble,
    said,
  };
}

const none: ReadonlySet<string> = new Set();

/** What is new in the answer, held behind what is; null where nothing is. */
function merge(before: Since, answer: RequestPage): { since: Since; come: number } | null {
  const known = new Set([...before.rows, ...before.held].map((row) => row.request_id));
  const come = answer.data.filter((row) => !known.has(row.request_id));
  if (come.length === 0) {
    return null;
  }

  const allNew = answer.has_more && come.length === answer.data.length && before.rows.length > 0;
  const held = before.gap ? before.held : [...before.held, ...come];
  return { since: { ...before, held, gap: before.gap || allNew || held.length > mostRows }, come: come.length };
}

/** New rows lie after these; a day of the filter's own that is later counts. */
function lookFrom({ from }: Filters, rows: Receipt[], now = Date.now()): string {
  const newest = rows[0] ? Date.parse(rows[0].started_at) - longestRequest : 0;
  const since = new Date(Math.max(newest, now - longestLook));
  return from !== undefined && Date.parse(from) > since.getTime() ? from : `${since.toISOString().slice(0, 19)}Z`;
}

function inOrder(rows: Receipt[]): Receipt[] {
  return rows.toSorted((left, right) => Date.parse(right.started_at) - Date.parse(left.started_at));
}

/** Says how many came, added up: not at every turn. */
function useAnnouncement(): [string, (come: number) => void] {
  const [said, setSaid] = useState('');
  const waiting = useRef({ count: 0, timer: 0 });
  useEffect(() => () => clearTimeout(waiting.current.timer), []);
  const say = (come: number) => {
    waiting.current.count += come;
    waiting.current.timer ||= setTimeout(() => {
      const { count } = waiting.current;
      waiting.current = { count: 0, timer: 0 };
      setSaid(`${count === 1 ? '1 new request' : `${count} new requests`} until ${clock(new Date())}`);
    }, quietFor);
  };
  return [said, say];
}
