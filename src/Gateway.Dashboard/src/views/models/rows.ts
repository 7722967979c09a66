// Targets as they are configured, and models as they were used: one list of both.
import type { TargetState, UsageRow } from '../../api/types';
import { rankOf } from './standing';

export interface ModelRow {
  target: string;
  provider: string;
  /** Null where no configured model names it. */
  state: TargetState | null;
  /** Null where nothing was asked of it in these days. */
  usage: UsageRow | null;
  /** The target with a * that led to it. */
  through?: string;
}

/** How targets stood when the rows were put in order: a row that moves while one reads it, or tabs to it, is lost. */
export type Ranks = Map<string, number>;

/** Those that need somebody first, then those that were asked most. */
export function rowsOf(targets: TargetState[], usage: UsageRow[], ranks: Ranks): ModelRow[] {
  const used = new Map(usage.flatMap((row) => (row.model ? [[row.model, row] as const] : [])));
  const configured = targets.map((state): ModelRow => ({ target: state.target, provider: state.provider, state, usage: used.get(state.target) ?? null }));
  const known = new Set(targets.map(({ target }) => target));
  const others = [...used].filter(([target]) => !known.has(target)).map(([target, row]): ModelRow => {
    const through = patternFor(target, targets);
    return { target, provider: providerOf(target), state: null, usage: row, ...(through ? { through } : {}) };
  });
  const rank = ({ target, state }: ModelRow) => ranks.get(target) ?? rankOf(state);
  return [...configured, ...others].sort((a, b) => rank(a) - rank(b) || (b.usage?.requests ?? 0) - (a.usage?.requests ?? 0) || a.target.localeCompare(b.target));
}

/** The first target with a * that stands for it. */
export function patternFor(target: string, targets: TargetState[]): string | undefined {
  return targets.find((one) => one.target.includes('*') && matches(one.target, target))?.target;
}

export function providerOf(target: string): string {
  return target.split('/')[0]!;
}

/** Whether it is the target, or one that a * in it stands for. */
export function isOf(target: string, one: string): boolean {
  return one === target || (target.includes('*') && matches(target, one));
}

/** A * is any text. */
function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's').test(text);
}
