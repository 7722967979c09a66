import type { BudgetState } from '../../api/types';
import { moment } from '../../ui/format';
import { Badge, Meter } from '../../ui/pieces';
import { link } from '../../ui/route';
import { usedShare } from './sources';

/** "This month", "Today", "In all"; of some models where it is of these. */
export function windowOf({ window, model }: BudgetState): string {
  const words = { day: 'Today', week: 'This week', month: 'This month', lifetime: 'In all' }[window];
  return model ? `${words}, ${model}` : words;
}

export function ownerOf({ scope, id, name }: BudgetState): string {
  const text = name ?? id ?? '';
  return scope === 'team' ? `Team ${text}` : scope === 'rule' ? `All who sign in by ${text.replace(/^oidc\./, '')}` : scope === 'person' ? `Who signed in as ${id}` : text;
}

/** How near its end a budget is, said by a word. */
export function NearBadge({ budget }: { budget: BudgetState }) {
  const share = usedShare(budget);
  return share >= 1 ? <Badge tone={budget.mode === 'shadow' ? 'warn' : 'bad'}>Used up</Badge> : share >= 0.8 ? <Badge tone="warn">Over 80 %</Badge> : null;
}

export function BudgetMeter({ budget }: { budget: BudgetState }) {
  return <Meter label={`${ownerOf(budget)}, ${windowOf(budget).toLowerCase()}`} spent={budget.spent_usd + budget.reserved_usd} budget={budget.budget_usd} />;
}

export function renewalOf({ mode, resets_at }: BudgetState): string {
  return `${mode === 'shadow' ? 'Only reports. ' : ''}${resets_at ? `Starts anew ${moment(resets_at).slice(0, -3)} UTC` : 'Never starts anew'}`;
}

/** Budgets as bars; `whose` names each by its key or team, with a link to it. */
export function BudgetBars({ budgets, whose = false }: { budgets: BudgetState[]; whose?: boolean }) {
  return (
    <ul class="budgets budget-bars">
      {budgets.map((budget) => (
        <li key={JSON.stringify([budget.scope, budget.id, budget.window, budget.model])}>
          <span class="budget-head">
            <span class="budget-name">{whose ? <><BudgetLink budget={budget} />{budget.scope === 'key' && budget.team && <span class="quiet"> · {budget.team}</span>}</> : windowOf(budget)}</span>
            <NearBadge budget={budget} />
          </span>
          <BudgetMeter budget={budget} />
          <span class="hint">{whose ? `${windowOf(budget)}. ` : ''}{renewalOf(budget)}</span>
        </li>
      ))}
    </ul>
  );
}

export function BudgetLink({ budget }: { budget: BudgetState }) {
  // Those who sign in have no key whose page could be shown; their requests are by the same id.
  return budget.scope === 'team' ? <a href={link('keys', { tab: 'teams' })}>{ownerOf(budget)}</a>
    : budget.scope === 'key' ? <a href={link('keys', {}, budget.id)}>{ownerOf(budget)}</a>
    : <a href={link('requests', { key: budget.id })}>{ownerOf(budget)}</a>;
}
