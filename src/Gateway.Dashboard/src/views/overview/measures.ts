// What the overview measures, each said once: its name, how it comes out of a row, and how it is drawn.
import type { UsageRow } from '../../api/types';
import { count, milliseconds, percent, short, shortUsd, usd } from '../../ui/format';

export interface Measure {
  name: 'requests' | 'spend' | 'tokens' | 'errors' | 'first-token' | 'latency' | 'cache';
  label: string;
  /** Its name where there is little room. */
  card: string;
  unit: string;
  /** Undefined where nothing is known. */
  value: (row: UsageRow) => number | undefined;
  /** In full, and where there is little room. */
  format: (value: number) => string;
  brief: (value: number) => string;
  /** Whether values of parts add up to that of the whole. */
  adds: boolean;
  /** Lines that are drawn when it is not added up by something. */
  parts: { label: string; value: (row: UsageRow) => number | undefined }[];
  good: 'more' | 'less' | 'neither';
}

export function cacheShare({ tokens }: UsageRow): number | undefined {
  const all = tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h;
  return all > 0 ? tokens.cache_read / all : undefined;
}

/** Of the requests that were let in: a limit that refuses is not an error. */
export function errorRate({ requests, refused, failed }: UsageRow): number | undefined {
  return requests > refused ? failed / (requests - refused) : undefined;
}

export function allTokens({ tokens }: UsageRow): number {
  return tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h + tokens.output;
}

export const measures: Measure[] = [
  {
    name: 'spend', label: 'Spend', card: 'Spend', unit: 'USD', adds: true, good: 'neither', format: usd, brief: shortUsd,
    value: (row) => row.cost_usd,
    parts: [{ label: 'Spend', value: (row) => row.cost_usd }],
  },
  {
    name: 'requests', label: 'Requests', card: 'Requests', unit: 'requests', adds: true, good: 'neither', format: count, brief: short,
    value: (row) => row.requests,
    parts: [
      { label: 'Answered', value: (row) => row.requests - row.failed - row.refused },
      { label: 'Failed', value: (row) => row.failed },
      { label: 'Refused', value: (row) => row.refused },
    ],
  },
  {
    name: 'tokens', label: 'Tokens', card: 'Tokens', unit: 'tokens', adds: true, good: 'neither', format: count, brief: short,
    value: allTokens,
    parts: [
      { label: 'Input', value: (row) => row.tokens.input },
      { label: 'Cache read', value: (row) => row.tokens.cache_read },
      { label: 'Cache write', value: (row) => row.tokens.cache_write_5m + row.tokens.cache_write_1h },
      { label: 'Output', value: (row) => row.tokens.output },
    ],
  },
  {
    name: 'errors', label: 'Error rate', card: 'Error rate', unit: '%', adds: false, good: 'less', format: percent, brief: percent,
    value: errorRate,
    parts: [{ label: 'Error rate', value: errorRate }],
  },
  {
    name: 'first-token', label: 'Time to first token', card: 'First token, p50', unit: 'ms', adds: false, good: 'less', format: milliseconds, brief: milliseconds,
    value: (row) => row.first_token_ms?.p50,
    parts: [{ label: 'p50', value: (row) => row.first_token_ms?.p50 }, { label: 'p95', value: (row) => row.first_token_ms?.p95 }],
  },
  {
    name: 'latency', label: 'Latency', card: 'Latency, p50', unit: 'ms', adds: false, good: 'less', format: milliseconds, brief: milliseconds,
    value: (row) => row.latency_ms?.p50,
    parts: [{ label: 'p50', value: (row) => row.latency_ms?.p50 }, { label: 'p95', value: (row) => row.latency_ms?.p95 }],
  },
  {
    name: 'cache', label: 'Cache-hit share', card: 'Cache-hit share', unit: '%', adds: false, good: 'more', format: percent, brief: percent,
    value: cacheShare,
    parts: [{ label: 'Cache-hit share', value: cacheShare }],
  },
];

export function readMeasure(name: string | null): Measure {
  return measures.find((one) => one.name === name) ?? measures[0]!;
}
