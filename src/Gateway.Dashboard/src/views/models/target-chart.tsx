import type { UsageReport } from '../../api/types';
import { ChartCard } from '../../ui/chart';
import { setParameters } from '../../ui/route';
import { measures } from '../overview/measures';
import { eachDay } from '../overview/range';

const shown = (['requests', 'errors', 'latency', 'first-token'] as const).map((name) => measures.find((one) => one.name === name)!);

/** Requests, errors or speed of a target, day by day. */
export function TargetChart({ target, report, measure }: { target: string; report: UsageReport; measure: string | null }) {
  const current = shown.find((one) => one.name === measure) ?? shown[0]!;
  const rows = new Map(report.rows.map((row) => [row.day, row]));
  const days = eachDay(report);
  const nothing = current.adds ? 0 : null;
  return (
    <ChartCard
      title={`${current.label} by day`}
      unit={current.unit}
      csv={`${target.replaceAll(/[^\w.-]+/g, '-')}-${current.name}-${report.from}-${report.to}.csv`}
      tools={
        <div class="segments" role="group" aria-label="What the chart shows">
          {shown.map((one) => <button key={one.name} type="button" aria-pressed={one === current} onClick={() => setParameters({ measure: one.name })}>{one.name === 'first-token' ? 'First token' : one.label}</button>)}
        </div>
      }
      chart={{
        days,
        kind: current.adds ? 'bars' : 'lines',
        series: current.parts.map(({ label, value }) => ({ label, values: days.map((day) => { const row = rows.get(day); return (row && value(row)) ?? nothing; }) })),
        format: current.brief,
      }}
    />
  );
}
