import type { ComponentChildren } from 'preact';
import type { Loaded } from '../../api/load';
import type { BudgetState, Key, UsageRow } from '../../api/types';
import { useMe } from '../../session/session';
import { ago, moment, usd } from '../../ui/format';
import { More, usePages } from '../../ui/paging';
import { link, setParameters, useRoute } from '../../ui/route';
import { Failure } from '../../ui/states';
import { Table, type Column } from '../../ui/table';
import { BudgetMeter, NearBadge, windowOf } from './budget-bars';
import { KeyState } from './key-state';
import { budgetsInWords } from './limit-kinds';
import { Search } from './search';
import { budgetsOf, lastUseDays, usedShare, useTeamNames } from './sources';

interface Props {
  budgets: Loaded<BudgetState[]>;
  lastUse: Loaded<Map<string, UsageRow>>;
}

const states = ['active', 'expired', 'revoked'];

export function KeyList({ budgets, lastUse }: Props) {
  const { parameters } = useRoute();
  const me = useMe();
  const filters = { search: parameters.get('search') ?? '', team: parameters.get('team') ?? '', state: states.find((one) => one === parameters.get('state')) ?? '' };
  const pages = usePages<Key>('/manage/keys', filters);
  const narrowed = Object.values(filters).some((value) => value !== '');
  const clear = () => setParameters({ search: undefined, team: undefined, state: undefined });
  return (
    <>
      {pages.error && <Failure error={pages.error} retry={pages.reload} />}
      {lastUse.error && <Failure error={lastUse.error} retry={lastUse.reload} />}
      <Table
        key={JSON.stringify(filters)}
        caption="Keys"
        columns={columnsOf(budgets, lastUse)}
        rows={pages.data ?? []}
        keyOf={(key) => key.id}
        csv="keys.csv"
        size={1000}
        tools={<Filters filters={filters} seesAll={me.sees === 'all'} usage={lastUse.data} />}
        empty={pages.data === undefined ? (pages.error ? 'The keys could not be loaded.' : 'Loading keys…') : <Nothing narrowed={narrowed} manages={me.manages} clear={clear} />}
        more={pages.data && pages.data.length > 0 ? <More of={pages} what="keys" /> : undefined}
      />
    </>
  );
}

function Nothing({ narrowed, manages, clear }: { narrowed: boolean; manages: boolean; clear: () => void }) {
  return narrowed
    ? <><strong>No key fits</strong><p>No key has all of what is asked for.</p><button type="button" class="button small" onClick={clear}>Clear the filters</button></>
    : <><strong>No keys yet</strong><p>{manages ? <a href={link('keys', {}, 'new')}>Create the first one</a> : 'Whoever manages this gateway makes them.'}</p></>;
}

function Filters({ filters: { search, team, state }, seesAll, usage }: { filters: Record<'search' | 'team' | 'state', string>; seesAll: boolean; usage: Map<string, UsageRow> | undefined }) {
  const names = useTeamNames(usage);
  return (
    <>
      <Search value={search} label="Search keys" placeholder="Name, id, owner or team" onSearch={(text) => setParameters({ search: text })} />
      {seesAll && (
        <label class="inline">Team
          <select value={team} onChange={(event) => setParameters({ team: event.currentTarget.value })}>
            <option value="">All</option>
            {[...new Set([...names, team])].filter((name) => name !== '').map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        </label>
      )}
      <label class="inline">State
        <select value={state} onChange={(event) => setParameters({ state: event.currentTarget.value })}>
          <option value="">All</option>
          {states.map((name) => <option key={name} value={name}>{name[0]!.toUpperCase() + name.slice(1)}</option>)}
        </select>
      </label>
    </>
  );
}

function columnsOf(budgets: Loaded<BudgetState[]>, lastUse: Loaded<Map<string, UsageRow>>): Column<Key>[] {
  const tightest = (key: Key) => budgetsOf(budgets.data, 'key', key.id)[0];
  return [
    { label: 'Key', value: (key) => key.name ?? key.id, show: (key) => <span class="name"><a href={link('keys', {}, key.id)}>{key.name ?? key.id}</a>{key.name !== undefined && <span class="quiet mono">{key.id}</span>}</span> },
    { label: 'Team', value: (key) => key.team },
    { label: 'Owner', value: (key) => key.owner, show: (key) => <span class="short-text" title={key.owner}>{key.owner ?? <span class="quiet">none</span>}</span> },
    { label: 'State', value: (key) => key.state, show: (key) => <KeyState of={key} /> },
    { label: 'Budget', value: (key) => { const budget = tightest(key); return budget && usedShare(budget); }, visual: true, show: (key) => <TightestBudget of={key} budget={tightest(key)} /> },
    { label: 'Today', numeric: true, value: (key) => key.spend?.today_usd, show: (key) => (key.spend ? usd(key.spend.today_usd) : '–') },
    { label: 'This month', numeric: true, value: (key) => key.spend?.this_month_usd, show: (key) => (key.spend ? usd(key.spend.this_month_usd) : '–') },
    { label: 'Last use', value: (key) => lastUse.data?.get(key.id)?.last_request_at, show: (key) => <LastUse of={lastUse} id={key.id} /> },
    { label: 'Expires', value: (key) => key.expires_at, show: (key) => (key.expires_at ? <span title={`${moment(key.expires_at)} UTC`}>{ago(key.expires_at)}</span> : <span class="quiet">never</span>) },
  ];
}

function TightestBudget({ of, budget }: { of: Key; budget: BudgetState | undefined }): ComponentChildren {
  if (budget) {
    return <span class="budget-cell"><BudgetMeter budget={budget} /><span class="hint">{windowOf(budget)} <NearBadge budget={budget} /></span></span>;
  }

  const words = budgetsInWords(of.limits)[0];
  return <span class="quiet">{words ?? 'No budget'}</span>;
}

export function LastUse({ of: { data, error }, id }: { of: Loaded<Map<string, UsageRow>>; id: string }) {
  const row = data?.get(id);
  return row?.last_request_at ? <span title={`${moment(row.last_request_at)} UTC`}>{ago(row.last_request_at)}</span>
    : data ? <span class="quiet">{row && row.requests > 0 ? `in the last ${lastUseDays} days` : `not in ${lastUseDays} days`}</span>
    : <span class="quiet">{error ? 'unknown' : '…'}</span>;
}
