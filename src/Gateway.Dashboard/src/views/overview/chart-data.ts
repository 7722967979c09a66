import type { UsageReport, UsageRow } from '../../api/types';
import type { Chart, Series } from '../../ui/plot';
import type { Dimension } from './dimensions';
import type { Measure } from './measures';
import { eachDay, type Range } from './range';
import type { OverviewData } from './source';

/** The others stand together. */
const mostSeries = 7;

/** The chart of a measure: by the dimension where its parts add up, else by what it is made of. */
export function chartOf({ days, split, before }: OverviewData, measure: Measure, range: Range, dimension: Dimension, nameOf: (row: UsageRow) => string): Chart {
  const span = eachDay({ from: range.chartFrom, to: range.to });
  const splits = measure.adds && measure.name !== 'tokens' && split !== null;
  return {
    days: span,
    kind: measure.adds ? 'bars' : 'lines',
    series: splits ? splitSeries(split, measure, span, dimension, nameOf) : partSeries(days, measure, span),
    before: range.name === 'today' || range.chartFrom !== range.from ? undefined : beforeSeries(before, measure, range),
    format: measure.brief,
    whole: measure.unit === 'requests' || measure.unit === 'tokens',
  };
}

function partSeries(report: UsageReport, measure: Measure, days: string[]): Series[] {
  const rows = new Map(report.rows.map((row) => [row.day, row]));
  return measure.parts.map(({ label, value }) => ({ label, values: days.map((day) => valueOf(rows.get(day), value, measure)) }));
}

function splitSeries(report: UsageReport, measure: Measure, days: string[], dimension: Dimension, nameOf: (row: UsageRow) => string): Series[] {
  const parts = new Map<string, { label: string; total: number; values: Map<string, number> }>();
  for (const row of report.rows) {
    const id = JSON.stringify([dimension.value(row), dimension.name === 'key' ? row.team : null]);
    const part = parts.get(id) ?? { label: nameOf(row), total: 0, values: new Map<string, number>() };
    const value = measure.value(row) ?? 0;
    part.total += value;
    part.values.set(row.day!, (part.values.get(row.day!) ?? 0) + value);
    parts.set(id, part);
  }

  const ordered = [...parts.values()].filter(({ total }) => total > 0).sort((a, b) => b.total - a.total);
  const shown = ordered.length > mostSeries + 1 ? ordered.slice(0, mostSeries) : ordered;
  const rest = ordered.slice(shown.length);
  return [
    ...shown.map(({ label, values }) => ({ label, values: days.map((day) => values.get(day) ?? 0) })),
    ...(rest.length > 0 ? [{ label: `${rest.length} others`, values: days.map((day) => rest.reduce((sum, { values }) => sum + (values.get(day) ?? 0), 0)) }] : []),
  ];
}

/** Day by day beside the span: the first of the one over the first of the other. */
function beforeSeries(report: UsageReport, measure: Measure, range: Range): (number | null)[] {
  const rows = new Map(report.rows.map((row) => [row.day, row]));
  return eachDay(range.before).map((day) => valueOf(rows.get(day), measure.value, measure));
}

/** A day without requests is 0 of what adds up, and nothing of what does not. */
function valueOf(row: UsageRow | undefined, value: (row: UsageRow) => number | undefined, measure: Measure): number | null {
  return row === undefined ? (measure.adds ? 0 : null) : value(row) ?? (measure.adds ? 0 : null);
}
