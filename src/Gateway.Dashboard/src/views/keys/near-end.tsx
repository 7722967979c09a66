import { useState } from 'preact/hooks';
import type { Loaded } from '../../api/load';
import type { BudgetState } from '../../api/types';
import { count, usd } from '../../ui/format';
import { More, usePages } from '../../ui/paging';
import { setParameters, useRoute } from '../../ui/route';
import { Failure } from '../../ui/states';
import { Table, type Column } from '../../ui/table';
import { BudgetBars, BudgetLink, BudgetMeter, NearBadge, ownerOf, renewalOf, windowOf } from './budget-bars';
import { usedShare } from './sources';

const most = 6;

/** The budgets that come to their end first: who is about to be stopped. */
export function NearEnd({ budgets }: { budgets: Loaded<BudgetState[]> }) {
  const all = useRoute().parameters.get('budgets') === 'all';
  const toggle = <button type="button" class="button small" aria-expanded={all} onClick={() => setParameters({ budgets: all ? undefined : 'all' })}>{all ? 'Show the nearest only' : 'Show all'}</button>;
  if (all) {
    return <AllBudgets toggle={toggle} />;
  }

  const { data, error, reload } = budgets;
  return (
    <section class="card" aria-label="Near their end">
      <header class="card-head"><h2>Near their end</h2>{data && data.length > 0 && <div class="tools">{toggle}</div>}</header>
      {error && <Failure error={error} retry={reload} />}
      {data?.length === 0 && <p class="quiet">No key and no team has a budget yet. Give one to a key when it is made or edited, or to a team under Teams.</p>}
      {data && data.length > 0 && <><p class="summary">{summaryOf(data)}</p><BudgetBars budgets={data.slice(0, most)} whose /></>}
      {!data && !error && <p class="quiet" role="status">Loading budgets…</p>}
    </section>
  );
}

/** "2 keys and 1 team have used more than 80 % of a budget; 1 of them is used up." */
function summaryOf(budgets: BudgetState[]): string {
  const near = budgets.filter((budget) => usedShare(budget) >= 0.8);
  if (near.length === 0) {
    return 'Every budget has more than 20 % left. These are the nearest to their end.';
  }

  const holders = (scope: BudgetState['scope']) => new Set(near.filter((one) => one.scope === scope).map(({ id }) => id)).size;
  const numbers = ([['key', 'key'], ['team', 'team'], ['rule', 'sign-in rule'], ['person', 'person']] as const)
    .map(([scope, word]) => ({ number: holders(scope), word }))
    .filter(({ number }) => number > 0);
  const names = new Intl.ListFormat('en').format(numbers.map(({ number, word }) => counted(number, word)));
  const have = numbers.length === 1 && numbers[0]!.number === 1 ? 'has' : 'have';
  const out = near.filter((budget) => usedShare(budget) >= 1);
  const stopped = out.filter(({ mode }) => mode === 'enforce').length;
  const end = out.length === 0 ? '' : ` ${count(out.length)} ${out.length === 1 ? 'budget is' : 'budgets are'} used up${stopped > 0 ? `, and ${stopped === out.length ? (stopped === 1 ? 'refuses' : 'refuse') : `${count(stopped)} of them refuse`} requests` : ''}.`;
  return `${names} ${have} used 80 % or more of a budget.${end}`;
}

function counted(number: number, word: string): string {
  return `${count(number)} ${word}${number === 1 ? '' : 's'}`;
}

const kinds = { key: 'Key', team: 'Team', rule: 'Sign-in rule', person: 'Person' };

const columns: Column<BudgetState>[] = [
  { label: 'Key or team', value: ownerOf, show: (budget) => <span class="name"><BudgetLink budget={budget} />{budget.scope === 'key' && <span class="quiet">{budget.id}</span>}</span> },
  { label: 'Of', value: ({ scope }) => scope, show: ({ scope }) => kinds[scope] },
  { label: 'Team', value: ({ team }) => team },
  { label: 'Window', value: windowOf },
  { label: 'Used', value: usedShare, visual: true, show: (budget) => <BudgetMeter budget={budget} /> },
  { label: 'Standing', value: (budget) => (usedShare(budget) >= 1 ? 'used up' : usedShare(budget) >= 0.8 ? 'over 80 %' : ''), show: (budget) => <NearBadge budget={budget} /> },
  { label: 'Left', numeric: true, value: ({ left_usd }) => left_usd, show: ({ left_usd }) => usd(Math.max(0, left_usd)) },
  { label: 'Starts anew', value: ({ resets_at }) => resets_at, show: renewalOf },
];

/** All budgets, a page at a time; those that are loaded can be narrowed to keys or teams. */
function AllBudgets({ toggle }: { toggle: preact.ComponentChildren }) {
  const [scope, setScope] = useState('');
  const [search, setSearch] = useState('');
  const pages = usePages<BudgetState>('/manage/budgets');
  const wanted = search.trim().toLowerCase();
  const rows = (pages.data ?? []).filter((budget) => (scope === '' || budget.scope === scope) && [budget.id, budget.name, budget.team, budget.model].some((text) => text?.toLowerCase().includes(wanted)));
  return (
    <>
      {pages.error && <Failure error={pages.error} retry={pages.reload} />}
      <Table
        caption="All budgets, the nearest to their end first"
        columns={columns}
        rows={rows}
        keyOf={(budget) => JSON.stringify([budget.scope, budget.id, budget.window, budget.model])}
        csv="budgets.csv"
        size={1000}
        tools={(
          <>
            <label class="inline">Of <select value={scope} onChange={(event) => setScope(event.currentTarget.value)}><option value="">all</option><option value="key">keys</option><option value="team">teams</option><option value="rule">sign-in rules</option><option value="person">persons</option></select></label>
            <input type="search" aria-label="Search the loaded budgets" placeholder="Name, id, team or model" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
            {toggle}
          </>
        )}
        empty={pages.data === undefined ? 'Loading budgets…' : <><strong>No budget fits</strong><p>Search for something else, or load more.</p></>}
        more={<More of={pages} what="budgets" />}
      />
    </>
  );
}
