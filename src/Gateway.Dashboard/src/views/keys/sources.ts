// What several parts of this view load beside the keys.
import { get } from '../../api/client';
import { useLoad, type Loaded } from '../../api/load';
import type { BudgetState, Page, Team, UsageReport, UsageRow } from '../../api/types';
import { shareOf } from '../../ui/pieces';
import { plusDays, today } from '../overview/range';

/** As many as one page may hold. They come the nearest to their end first: what is beyond them is far from it. */
const mostBudgets = 1000;

/** How far back a last use is looked for. */
export const lastUseDays = 90;

export function useBudgets(team?: string): Loaded<BudgetState[]> {
  return useLoad(`budgets ${team ?? ''}`, async (signal) => (await get<Page<BudgetState>>('/manage/budgets', { team, limit: mostBudgets }, signal)).data);
}

/** Usage of each key in the last 90 days. */
export function useLastUse(): Loaded<Map<string, UsageRow>> {
  const to = today();
  return useLoad(`last use ${to}`, async (signal) => {
    const { rows } = await get<UsageReport>('/manage/usage', { by: 'key', from: plusDays(to, 1 - lastUseDays), to }, signal);
    return new Map(rows.flatMap((row) => (row.key_id ? [[row.key_id, row]] : [])));
  });
}

/** The names of teams that have limits or have used something lately. */
export function useTeamNames(usage: Map<string, UsageRow> | undefined): string[] {
  const limited = useLoad('teams', async (signal) => (await get<Page<Team>>('/manage/teams', { limit: mostBudgets }, signal)).data.map(({ name }) => name));
  return [...new Set([...(limited.data ?? []), ...[...(usage?.values() ?? [])].flatMap(({ team }) => team ?? [])])].sort((a, b) => a.localeCompare(b, 'en'));
}

/** Of the budgets of one key or team, in their order: the tightest first. */
export function budgetsOf(budgets: BudgetState[] | undefined, scope: 'key' | 'team', id: string): BudgetState[] {
  return (budgets ?? []).filter((budget) => budget.scope === scope && budget.id === id);
}

export function usedShare({ spent_usd, reserved_usd, budget_usd }: BudgetState): number {
  return shareOf(spent_usd + reserved_usd, budget_usd);
}
