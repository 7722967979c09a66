// Limits as they are typed, and what a change of them is called in a request.
import type { LimitSet, Limits } from '../../api/types';
import { isBudget, limitKinds, type LimitName } from './limit-kinds';

export type Mode = 'enforce' | 'shadow';

export interface AmountDraft {
  /** Empty: there is no such limit. */
  amount: string;
  mode: Mode;
}

export interface ModelDraft extends AmountDraft {
  /** Tells rows apart while they are typed. */
  row: number;
  model: string;
  kind: LimitName;
}

export interface LimitDraft {
  all: Record<LimitName, AmountDraft>;
  models: ModelDraft[];
  /** Percentages, "none", or empty for the usual ones. */
  alertAt: string;
}

type SetChange = { [Name in LimitName]?: LimitSet[Name] | null };

export interface LimitChange extends SetChange {
  alert_at?: number[] | null;
  models?: (SetChange & { model: string })[];
}

let rows = 0;

export function newModelRow(): ModelDraft {
  return { row: ++rows, model: '', kind: 'budget_per_month', amount: '', mode: 'enforce' };
}

export function draftOf(limits: Limits): LimitDraft {
  return {
    all: Object.fromEntries(limitKinds.map(({ name }) => [name, amountOf(limits, name) ?? { amount: '', mode: 'enforce' }])) as Record<LimitName, AmountDraft>,
    models: (limits.models ?? []).flatMap((entry) => limitKinds.flatMap(({ name }) => {
      const amount = amountOf(entry, name);
      return amount ? [{ row: ++rows, model: entry.model, kind: name, ...amount }] : [];
    })),
    alertAt: limits.alert_at === undefined ? '' : limits.alert_at.length === 0 ? 'none' : limits.alert_at.join(', '),
  };
}

function amountOf(set: LimitSet, name: LimitName): AmountDraft | null {
  const limit = set[name];
  return limit ? { amount: String('usd' in limit ? limit.usd : limit.value), mode: limit.mode } : null;
}

/** What cannot be sent at all. Everything else the gateway judges. */
export function problemOf({ models, alertAt }: LimitDraft): string | null {
  const seen = new Set<string>();
  for (const { model, kind } of models) {
    const name = `${model.trim().toLowerCase()} ${kind}`;
    if (seen.has(name)) {
      return `The same limit stands twice for ${model.trim()}. Keep one of them.`;
    }

    seen.add(name);
  }

  return alertAt.trim() === '' || alertAt.trim() === 'none' || /^\d+(\s*[, ]\s*\d+)*$/.test(alertAt.trim()) ? null : 'Alerts take percentages with commas, such as 50, 80, 100, or the word none.';
}

/** What of the limits is to change; undefined where nothing is. */
export function changeOf(before: LimitDraft, after: LimitDraft): LimitChange | undefined {
  const change: LimitChange = setChange(before.all, after.all);
  const models = modelChanges(before.models, after.models);
  if (models.length > 0) {
    change.models = models;
  }

  if (alertsOf(before.alertAt) !== alertsOf(after.alertAt)) {
    change.alert_at = JSON.parse(alertsOf(after.alertAt));
  }

  return Object.keys(change).length > 0 ? change : undefined;
}

function modelChanges(before: ModelDraft[], after: ModelDraft[]): (SetChange & { model: string })[] {
  const [old, now] = [byPattern(before), byPattern(after)];
  const patterns = new Map([...old, ...now].map(([id, { model }]) => [id, model]));
  return [...patterns].flatMap(([id, model]) => {
    const change = setChange(old.get(id)?.set ?? {}, now.get(id)?.set ?? {});
    return Object.keys(change).length > 0 ? [{ model, ...change }] : [];
  });
}

/** Capitals do not count in patterns. */
function byPattern(models: ModelDraft[]): Map<string, { model: string; set: Partial<Record<LimitName, AmountDraft>> }> {
  const found = new Map<string, { model: string; set: Partial<Record<LimitName, AmountDraft>> }>();
  for (const { model, kind, amount, mode } of models) {
    const id = model.trim().toLowerCase();
    const entry = found.get(id) ?? { model: model.trim(), set: {} };
    entry.set[kind] = { amount, mode };
    found.set(id, entry);
  }

  return found;
}

function setChange(before: Partial<Record<LimitName, AmountDraft>>, after: Partial<Record<LimitName, AmountDraft>>): SetChange {
  const changes = limitKinds.flatMap(({ name }): [LimitName, unknown][] => {
    const [old, now] = [before[name]?.amount ? before[name] : null, after[name]?.amount ? after[name] : null];
    const same = old === null || now === null ? old === now : Number(old.amount) === Number(now.amount) && old.mode === now.mode;
    return same ? [] : [[name, now && { [isBudget(name) ? 'usd' : 'value']: Number(now.amount), mode: now.mode }]];
  });
  return Object.fromEntries(changes) as SetChange;
}

function alertsOf(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' ? 'null' : trimmed === 'none' ? '[]' : JSON.stringify(trimmed.split(/[\s,]+/).map(Number));
}
