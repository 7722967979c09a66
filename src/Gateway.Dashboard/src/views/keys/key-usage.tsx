import { get } from '../../api/client';
import { useLoad, type Loaded } from '../../api/load';
import type { Key, UsageReport } from '../../api/types';
import { ChartCard } from '../../ui/chart';
import { ago, count, moment, percent, shortUsd, usd } from '../../ui/format';
import { Stat } from '../../ui/pieces';
import { link } from '../../ui/route';
import { Empty, Load } from '../../ui/states';
import { errorRate } from '../overview/measures';
import { eachDay, plusDays, today } from '../overview/range';
import { lastUseDays } from './sources';

const drawnDays = 30;

interface KeyUsageData {
  days: UsageReport;
  /** Of the last 90 days, for when it was used last. */
  long: UsageReport;
}

export function useKeyUsage(id: string): Loaded<KeyUsageData> {
  const to = today();
  const ask = (days: number, by: string, signal: AbortSignal) => get<UsageReport>('/manage/usage', { by, key: id, from: plusDays(to, 1 - days), to }, signal);
  return useLoad(`usage ${id} ${to}`, async (signal) => {
    const [days, long] = await Promise.all([ask(drawnDays, 'day', signal), ask(lastUseDays, 'key', signal)]);
    return { days, long };
  });
}

/** What the key cost and did, and the ways to see more of it. */
export function KeyUsage({ of: key, usage }: { of: Key; usage: Loaded<KeyUsageData> }) {
  return (
    <Load of={usage} what="usage">
      {({ days, long }) => (
        <div class="stack">
          <div class="stats key-stats">
            <Stat label="Spend today" value={key.spend ? usd(key.spend.today_usd) : '–'} note="since midnight UTC" />
            <Stat label="Spend this month" value={key.spend ? shortUsd(key.spend.this_month_usd) : '–'} note="since its first day" />
            <Stat label="Requests" value={count(days.total.requests)} note={`in ${drawnDays} days`} />
            <Stat label="Failed" value={percent(errorRate(days.total) ?? NaN)} note={`${count(days.total.refused)} refused`} />
            <Stat label="Last use" value={long.total.requests === 0 ? 'None' : ago(long.total.last_request_at)} note={long.total.requests === 0 ? `in ${lastUseDays} days` : long.total.last_request_at ? `${moment(long.total.last_request_at).slice(0, -3)} UTC` : ''} />
          </div>
          <p class="ways">
            <a href={link('requests', { key: key.id })}>Requests of this key</a>
            <a href={link('overview', { key: key.id })}>Usage of this key</a>
          </p>
          {days.total.requests === 0
            ? <section class="card" aria-label="Spend by day"><Empty title={`No requests in ${drawnDays} days`}>Numbers appear here a few seconds after the first request.</Empty></section>
            : <ChartCard title="Spend by day" unit="USD" csv={`spend-of-${key.id}.csv`} chart={chartOf(days)} />}
        </div>
      )}
    </Load>
  );
}

function chartOf({ from, to, rows }: UsageReport) {
  const days = eachDay({ from, to });
  const costs = new Map(rows.map((row) => [row.day, row.cost_usd]));
  return { days, kind: 'bars' as const, series: [{ label: 'Spend', values: days.map((day) => costs.get(day) ?? 0) }], format: shortUsd };
}
