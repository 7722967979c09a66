import { useState } from 'preact/hooks';
import type { Loaded } from '../../api/load';
import type { BudgetState, Team, UsageRow } from '../../api/types';
import { useMe } from '../../session/session';
import { ago, count, moment } from '../../ui/format';
import { More, usePages } from '../../ui/paging';
import { link, setParameters } from '../../ui/route';
import { Failure } from '../../ui/states';
import { Table, type Column } from '../../ui/table';
import { BudgetMeter, NearBadge, windowOf } from './budget-bars';
import { Lines } from './key-facts';
import { budgetsInWords, ratesInWords } from './limit-kinds';
import { NameTeam } from './name-team';
import { RemoveTeam } from './remove-team';
import { budgetsOf, lastUseDays, usedShare } from './sources';

interface Props {
  budgets: Loaded<BudgetState[]>;
  lastUse: Loaded<Map<string, UsageRow>>;
}

/** The teams that have limits. */
export function Teams({ budgets, lastUse }: Props) {
  const { manages } = useMe();
  const pages = usePages<Team>('/manage/teams');
  const [open, setOpen] = useState<{ act: 'name' } | { act: 'remove'; team: Team } | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      {pages.error && <Failure error={pages.error} retry={pages.reload} />}
      <Table
        caption="Teams with limits"
        columns={columnsOf(budgets.data, keysOf(lastUse.data), manages ? (team) => setOpen({ act: 'remove', team }) : null)}
        rows={pages.data ?? []}
        keyOf={(team) => team.name}
        csv="teams.csv"
        size={1000}
        tools={manages && <button type="button" class="button small" onClick={() => setOpen({ act: 'name' })}>Add limits for a team</button>}
        empty={pages.data === undefined ? (pages.error ? 'The teams could not be loaded.' : 'Loading teams…') : <><strong>No team has limits</strong><p>{manages ? 'Keys of a team share what it is given: add limits for a team.' : 'Keys have their own limits only.'}</p></>}
        more={pages.data && pages.data.length > 0 ? <More of={pages} what="teams" /> : undefined}
      />
      {open?.act === 'name' && <NameTeam usage={lastUse.data} onClose={close} />}
      {open?.act === 'remove' && <RemoveTeam of={open.team} onClose={close} onRemoved={() => { close(); pages.reload(); budgets.reload(); }} />}
    </>
  );
}

/** How many keys of each team were used lately: the report of usage knows, and to count all keys would mean to read all. */
function keysOf(usage: Map<string, UsageRow> | undefined): Map<string, number> | undefined {
  return usage && [...usage.values()].reduce((counts, { team }) => (team ? counts.set(team, (counts.get(team) ?? 0) + 1) : counts), new Map<string, number>());
}

function columnsOf(budgets: BudgetState[] | undefined, keys: Map<string, number> | undefined, remove: ((team: Team) => void) | null): Column<Team>[] {
  return [
    { label: 'Team', value: ({ name }) => name, show: ({ name }) => <a href={link('keys', { team: name })} title={`Keys of ${name}`}>{name}</a> },
    { label: 'Budgets', value: ({ name }) => { const tightest = budgetsOf(budgets, 'team', name)[0]; return tightest && usedShare(tightest); }, visual: true, show: (team) => <Budgets of={team} states={budgetsOf(budgets, 'team', team.name)} /> },
    { label: 'Rates', value: ({ limits }) => ratesInWords(limits).join('; '), show: ({ limits }) => <Lines of={ratesInWords(limits)} none="no limit" /> },
    { label: 'Days begin in', value: ({ time_zone }) => time_zone ?? 'UTC', show: ({ time_zone, week_starts }) => <span class="name"><span>{time_zone ?? 'UTC'}</span><span class="quiet">weeks from {week_starts ? week_starts[0]!.toUpperCase() + week_starts.slice(1) : 'Monday'}</span></span> },
    { label: 'Keys in use', numeric: true, value: ({ name }) => keys?.get(name) ?? (keys && 0), show: ({ name }) => <span title={`Used in the last ${lastUseDays} days`}>{keys ? count(keys.get(name) ?? 0) : '…'}</span> },
    { label: 'Changed', value: ({ updated_at }) => updated_at, show: ({ updated_at, updated_by }) => <span class="name"><span title={`${moment(updated_at)} UTC`}>{ago(updated_at)}</span><span class="quiet">by {updated_by}</span></span> },
    ...(remove ? [{
      label: 'Change', value: () => '', visual: true, show: (team: Team) => (
        <span class="acts">
          <button type="button" class="button small" aria-label={`Edit the limits of ${team.name}`} onClick={() => setParameters({ edit: team.name })}>Edit</button>
          <button type="button" class="button small danger" aria-label={`Remove the limits of ${team.name}`} onClick={() => remove(team)}>Remove</button>
        </span>
      ),
    }] : []),
  ];
}

function Budgets({ of, states }: { of: Team; states: BudgetState[] }) {
  return states.length === 0
    ? <Lines of={budgetsInWords(of.limits)} none="no budget" />
    : <ul class="budget-list">{states.map((budget) => <li key={JSON.stringify([budget.window, budget.model])} class="budget-cell"><BudgetMeter budget={budget} /><span class="hint">{windowOf(budget)}{budget.mode === 'shadow' ? ', only reports' : ''} <NearBadge budget={budget} /></span></li>)}</ul>;
}
