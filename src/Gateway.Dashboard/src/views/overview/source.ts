import { get } from '../../api/client';
import { useLoad, type Loaded } from '../../api/load';
import type { Me, OwnUsage, UsageReport } from '../../api/types';
import type { Dimension } from './dimensions';
import type { Range } from './range';

export interface OverviewData {
  /** Of the span, by the dimension; its total is that of the cards. */
  parts: UsageReport;
  /** Of the span as it is drawn, by day. */
  days: UsageReport;
  /** The same by day and by the dimension, where that has few values. */
  split: UsageReport | null;
  /** Of the span before, by day. */
  before: UsageReport;
  /** How the caller's own budgets stand, where it sees no others. */
  own: OwnUsage | null;
}

/** More colours than that nobody tells apart, and many keys by many days are megabytes. */
const mostSplit = 40;

/** `GET /v1/usage` tells of 90 days at a time. */
export const mostOwnDays = 90;

export function useOverview(me: Me, range: Range, by: string, dimension: Dimension, filters: Record<string, string>): Loaded<OverviewData> {
  const own = me.sees === 'own';
  const path = own ? '/v1/usage' : '/manage/usage';
  const ask = <T extends UsageReport>(parts: string, from: string, to: string, signal: AbortSignal) => get<T>(path, { by: parts, from, to, ...(own ? {} : filters) }, signal);
  return useLoad(JSON.stringify([path, range, by, filters]), async (signal) => {
    const rowsOnly = needsRows(by, filters);
    const [parts, days, before] = await Promise.all([
      ask<OwnUsage>(by, range.from, range.to, signal),
      ask<UsageReport>('day', range.chartFrom, range.to, signal),
      ask<UsageReport>('day', range.before.from, range.before.to, signal),
    ]);
    const few = parts.rows.length > 1 && parts.rows.length <= mostSplit && !rowsOnly;
    const split = few ? await ask<UsageReport>(dimension.name === 'model' && own ? 'model_and_day' : `day,${by}`, range.chartFrom, range.to, signal) : null;
    return { parts, days, split, before, own: own ? parts : null };
  });
}

/** Two of client, asked-for model and tag at once are added up from single requests: the gateway says how far back. */
function needsRows(by: string, filters: Record<string, string>): boolean {
  const facets = new Set([by, ...Object.keys(filters)].map((name) => name.split(':')[0]).filter((name) => ['client', 'requested_model', 'tag'].includes(name!)));
  return facets.size > 1;
}
