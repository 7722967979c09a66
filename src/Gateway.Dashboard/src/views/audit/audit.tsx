import type { AuditEntry } from '../../api/types';
import { ago, moment } from '../../ui/format';
import { More, pageSize, usePages } from '../../ui/paging';
import { Badge, PageHead } from '../../ui/pieces';
import { link, useRoute } from '../../ui/route';
import { Freshness, Load } from '../../ui/states';
import { Table, type Column } from '../../ui/table';
import { useKeyNames } from '../key-names';
import { AuditFilters, labelOfAction, readAuditFilters } from './filters';
import { detailsOf } from './details';

/** An entry, and which of the list it is: two may be alike. */
type Row = AuditEntry & { at_list: number };

/** Who changed what. */
export function Audit() {
  const { parameters } = useRoute();
  const filters = readAuditFilters(parameters);
  const entries = usePages<AuditEntry>('/manage/audit', { order: 'newest', ...filters });
  const keyName = useKeyNames(true);
  return (
    <>
      <PageHead title="Audit"><Freshness {...entries} /></PageHead>
      <AuditFilters filters={filters} />
      <Load of={entries} what="the audit trail">
        {(all) => (
          <Table
            caption={filters.since ? `Changes since ${filters.since}` : 'Changes of the last 30 days'}
            columns={columnsOf(keyName)}
            rows={all.map((entry, at): Row => ({ ...entry, at_list: at }))}
            keyOf={(row) => String(row.at_list)}
            size={Math.max(pageSize, all.length)}
            csv="audit.csv"
            empty={<><strong>No changes</strong><p>{Object.keys(filters).length > 0 ? 'None that these filters take. Remove one, or begin earlier.' : 'Nobody changed keys, teams or issuers in the last 30 days. Name an earlier day to see more.'}</p></>}
            more={all.length > 0 && <><More of={entries} what="changes" /><span class="hint">Times are UTC. The CSV holds what is loaded.</span></>}
          />
        )}
      </Load>
    </>
  );
}

function columnsOf(keyName: (id: string) => string): Column<Row>[] {
  return [
    { label: 'Time (UTC)', value: (row) => row.at, show: (row) => <time dateTime={row.at} title={ago(row.at)}>{moment(row.at)}</time> },
    { label: 'Who', value: (row) => row.actor, show: (row) => <Named id={row.actor} name={keyName(row.actor)} /> },
    { label: 'Change', value: (row) => row.action, show: (row) => <span title={row.action}>{labelOfAction(row.action)}</span> },
    { label: 'Target', value: (row) => row.target, show: (row) => <Target row={row} name={keyName(row.target)} /> },
    { label: 'Outcome', value: (row) => row.outcome, show: (row) => (row.outcome === 'done' ? 'Done' : <Badge tone={row.outcome === 'failed' ? 'bad' : 'warn'}>{row.outcome === 'failed' ? 'Failed' : 'Not known'}</Badge>) },
    { label: 'Details', value: (row) => detailsOf(row.details).map(({ name, text }) => `${name}: ${text}`).join('; '), show: (row) => <Details row={row} /> },
  ];
}

function Named({ id, name }: { id: string; name: string }) {
  return <span class="name">{name}{name !== id && <span class="quiet">{id}</span>}</span>;
}

/** Leads to where the page shows it. */
function Target({ row: { action, target }, name }: { row: Row; name: string }) {
  const kind = action.split('.')[0];
  return kind === 'key' ? <span class="name"><a href={link('keys', {}, target)}>{name}</a>{name !== target && <span class="quiet">{target}</span>}</span>
    : kind === 'team' ? <a href={link('keys', { tab: 'teams' })}>{target}</a>
    : kind === 'learned' && target === '*' ? <>all targets</>
    : kind === 'learned' ? <a href={link('models', {}, target)}>{target}</a>
    : <>{target}</>;
}

function Details({ row }: { row: Row }) {
  const details = detailsOf(row.details);
  return details.length === 0 ? <>–</> : <dl class="audit-details">{details.map(({ name, text }) => <div key={name}><dt>{name}:</dt> <dd>{text}</dd></div>)}</dl>;
}
