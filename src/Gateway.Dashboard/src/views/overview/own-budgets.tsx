import type { BudgetState, OwnUsage } from '../../api/types';
import { moment, usd } from '../../ui/format';
import { Meter } from '../../ui/pieces';

/** How the budgets of the caller and of its team stand. */
export function OwnBudgets({ own }: { own: OwnUsage }) {
  return (
    <section class="card" aria-label="Budgets">
      <header class="card-head"><h2>Budgets</h2></header>
      {own.budgets.length === 0
        ? <p class="quiet">There is no budget: {usd(own.spend.today_usd)} today, {usd(own.spend.this_month_usd)} this month.</p>
        : <ul class="budgets">{own.budgets.map((budget) => <li key={nameOf(budget)}><span class="budget-name">{nameOf(budget)}</span><Meter label={nameOf(budget)} spent={budget.spent_usd + budget.reserved_usd} budget={budget.budget_usd} /><span class="quiet">{budget.mode === 'shadow' ? 'Only reports. ' : ''}{budget.resets_at ? `Starts anew ${moment(budget.resets_at)} UTC` : 'Never starts anew'}</span></li>)}</ul>}
    </section>
  );
}

function nameOf({ scope, window, model }: BudgetState): string {
  return `${scope === 'team' ? 'Team' : 'You'}, ${window === 'lifetime' ? 'in all' : `per ${window}`}${model ? `, ${model}` : ''}`;
}
