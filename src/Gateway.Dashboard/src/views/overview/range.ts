// Spans of days (UTC, both ends included), and the span of the same length before each.
export interface Span {
  from: string;
  to: string;
}

export interface Range extends Span {
  name: RangeName;
  before: Span;
  /** From when a chart is drawn: a single day alone would be a chart of one bar. */
  chartFrom: string;
}

export type RangeName = 'today' | '7d' | '30d' | '90d' | 'custom';

export const rangeNames: { name: RangeName; label: string; days: number }[] = [
  { name: 'today', label: 'Today', days: 1 },
  { name: '7d', label: '7 days', days: 7 },
  { name: '30d', label: '30 days', days: 30 },
  { name: '90d', label: '90 days', days: 90 },
];

const millisecondsOfDay = 86_400_000;
const fewest = 7;
const most = 366;

export function today(now = new Date()): string {
  return now.toISOString().slice(0, 10);
}

export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * millisecondsOfDay).toISOString().slice(0, 10);
}

export function daysBetween({ from, to }: Span): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / millisecondsOfDay) + 1;
}

export function eachDay({ from, to }: Span): string[] {
  return Array.from({ length: daysBetween({ from, to }) }, (_, at) => plusDays(from, at));
}

/** What stands in the address, or the last 30 days where that makes no sense. */
export function readRange(parameters: URLSearchParams, now = today()): Range {
  const [from, to] = [parameters.get('from'), parameters.get('to')];
  if (parameters.get('range') === 'custom' && isDay(from) && isDay(to) && from <= to && daysBetween({ from, to }) <= most) {
    return rangeOf('custom', { from, to });
  }

  const { name, days } = rangeNames.find((one) => one.name === parameters.get('range')) ?? rangeNames[2]!;
  return rangeOf(name, { from: plusDays(now, 1 - days), to: now });
}

export function isDay(text: string | null): text is string {
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && plusDays(text, 0) === text;
}

function rangeOf(name: RangeName, span: Span): Range {
  const days = daysBetween(span);
  return {
    name,
    ...span,
    before: { from: plusDays(span.from, -days), to: plusDays(span.from, -1) },
    chartFrom: days < fewest ? plusDays(span.to, 1 - fewest) : span.from,
  };
}
