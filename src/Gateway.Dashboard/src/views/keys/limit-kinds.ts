// The limits that there are, each said once: how the gateway names it, and how the page does.
import type { Budget, LimitSet, Limits, Rate } from '../../api/types';
import { count, usd } from '../../ui/format';

export type BudgetName = 'budget_per_day' | 'budget_per_week' | 'budget_per_month' | 'budget_for_lifetime';
export type RateName = 'requests_per_minute' | 'input_tokens_per_minute' | 'output_tokens_per_minute' | 'concurrent_streams';
export type LimitName = BudgetName | RateName;

interface Kind<Name> {
  name: Name;
  /** Names its field. */
  label: string;
  unit: string;
  /** After its amount: "60 requests per minute". */
  words: string;
}

export const budgetKinds: Kind<BudgetName>[] = [
  { name: 'budget_per_day', label: 'Budget per day', unit: 'USD', words: 'per day' },
  { name: 'budget_per_week', label: 'Budget per week', unit: 'USD', words: 'per week' },
  { name: 'budget_per_month', label: 'Budget per month', unit: 'USD', words: 'per month' },
  { name: 'budget_for_lifetime', label: 'Budget in all', unit: 'USD', words: 'in all' },
];

export const rateKinds: Kind<RateName>[] = [
  { name: 'requests_per_minute', label: 'Requests per minute', unit: 'requests', words: 'requests per minute' },
  { name: 'input_tokens_per_minute', label: 'Input tokens per minute', unit: 'tokens', words: 'input tokens per minute' },
  { name: 'output_tokens_per_minute', label: 'Output tokens per minute', unit: 'tokens', words: 'output tokens per minute' },
  { name: 'concurrent_streams', label: 'Streams at once', unit: 'streams', words: 'streams at once' },
];

export const limitKinds: Kind<LimitName>[] = [...budgetKinds, ...rateKinds];

export function isBudget(name: LimitName): name is BudgetName {
  return name.startsWith('budget');
}

/** "$50.00 per month", "60 requests per minute (only reports)". */
function wordsOf(kind: Kind<LimitName>, limit: Rate | Budget): string {
  const amount = 'usd' in limit ? usd(limit.usd) : count(limit.value);
  return `${amount} ${kind.words}${limit.mode === 'shadow' ? ' (only reports)' : ''}`;
}

function setInWords(set: LimitSet, kinds: Kind<LimitName>[]): string[] {
  return kinds.flatMap((kind) => {
    const limit = set[kind.name];
    return limit ? [wordsOf(kind, limit)] : [];
  });
}

export function budgetsInWords(limits: Limits): string[] {
  return [...setInWords(limits, budgetKinds), ...(limits.models ?? []).flatMap((entry) => setInWords(entry, budgetKinds).map((words) => `${entry.model}: ${words}`))];
}

export function ratesInWords(limits: Limits): string[] {
  return [...setInWords(limits, rateKinds), ...(limits.models ?? []).flatMap((entry) => setInWords(entry, rateKinds).map((words) => `${entry.model}: ${words}`))];
}
