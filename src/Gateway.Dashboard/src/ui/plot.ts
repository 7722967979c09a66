// How a chart of days is drawn by uPlot: what goes in is plain, what comes out are its options.
import uPlot from 'uplot';
import { day } from './format';

export interface Series {
  label: string;
  /** One a day; null where nothing is known. */
  values: (number | null)[];
}

export interface Chart {
  /** 2026-11-29, in their order. */
  days: string[];
  series: Series[];
  /** Bars stand on one another; lines do not. */
  kind: 'bars' | 'lines';
  /** The period before, as a dashed line. */
  before?: (number | null)[] | undefined;
  format: (value: number) => string;
  /** There are no halves of it: an axis of few has no parts of one. */
  whole?: boolean;
}

const wholeSteps = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

const secondsOfDay = 86_400;

export function colorOf(at: number): string {
  return `--chart-${(at % 8) + 1}`;
}

export function dataOf({ days, series, kind, before }: Chart): uPlot.AlignedData {
  const x = days.map((text) => Date.parse(`${text}T00:00:00Z`) / 1000);
  const columns = series.map((one) => one.values);
  const drawn = kind === 'bars' ? stack(columns).reverse() : columns;
  return [x, ...drawn, ...(before ? [before] : [])] as uPlot.AlignedData;
}

export function optionsOf({ days, series, kind, before, format, whole }: Chart, size: { width: number; height: number }, style: CSSStyleDeclaration, onCursor: (plot: uPlot) => void): uPlot.Options {
  const color = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const bars = uPlot.paths.bars!({ size: [0.72, 48], radius: 0.06 });
  const order = kind === 'bars' ? series.map((_, at) => series.length - 1 - at) : series.map((_, at) => at);
  return {
    ...size,
    padding: [12, 26, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { show: kind === 'lines' } },
    hooks: { setCursor: [onCursor] },
    scales: {
      x: { time: true, range: (_, min, max) => [min - secondsOfDay / 2, max + secondsOfDay / 2] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      { stroke: color('--text-quiet'), font, size: 32, grid: { show: false }, ticks: { show: false }, splits: () => ticksOf(days, size.width), values: (_, splits) => splits.map((seconds) => day(new Date(seconds * 1000).toISOString().slice(0, 10))) },
      { stroke: color('--text-quiet'), font, size: 64, grid: { stroke: color('--line'), width: 1 }, ticks: { show: false }, values: (_, splits) => splits.map(format), ...(whole ? { incrs: wholeSteps } : {}) },
    ],
    series: [
      {},
      ...order.map((at): uPlot.Series => ({
        label: series[at]!.label,
        stroke: color(colorOf(at)),
        width: kind === 'bars' ? 0 : 2,
        ...(kind === 'bars' ? { fill: color(colorOf(at)), paths: bars } : {}),
        points: { show: kind === 'lines' && days.length < 3 },
      })),
      ...(before ? [{ label: 'Period before', stroke: color('--chart-before'), width: 2, dash: [5, 5], points: { show: false } }] : []),
    ],
  };
}

/** Running sums of columns: the first as it is, the last of all. */
function stack(columns: (number | null)[][]): (number | null)[][] {
  const sums: (number | null)[][] = [];
  columns.forEach((column, at) => sums.push(column.map((value, index) => (value ?? 0) + (sums[at - 1]?.[index] ?? 0))));
  return sums;
}

/** As many days as have room. */
function ticksOf(days: string[], width: number): number[] {
  const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor(width / 90))));
  return days.filter((_, at) => (days.length - 1 - at) % every === 0).map((text) => Date.parse(`${text}T00:00:00Z`) / 1000);
}
