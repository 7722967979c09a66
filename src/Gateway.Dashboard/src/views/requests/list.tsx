import type { ComponentChildren } from 'preact';
import type { Receipt } from '../../api/types';
import { ago, count, milliseconds, moment, none } from '../../ui/format';
import { Badge } from '../../ui/pieces';
import { link } from '../../ui/route';
import { Table, type Column } from '../../ui/table';
import { exactUsd } from './money';
import { badgeOf, targetOf } from './outcome';

interface Props {
  rows: Receipt[];
  fresh: ReadonlySet<string>;
  /** Stays in the address while a receipt is open. */
  parameters: Record<string, string>;
  keyName: (id: string) => string;
  tools?: ComponentChildren;
  more?: ComponentChildren;
  empty: ComponentChildren;
}

/** More rows than the list ever has: the server pages, not the table. */
const all = 1_000;

export function RequestTable({ rows, fresh, parameters, keyName, tools, more, empty }: Props) {
  return (
    <Table
      caption="Requests, newest first"
      columns={columnsOf(parameters, keyName)}
      rows={rows}
      keyOf={(row) => row.request_id}
      rowClass={(row) => (fresh.has(row.request_id) ? 'fresh' : undefined)}
      size={all}
      tools={tools}
      more={more}
      empty={empty}
    />
  );
}

function columnsOf(parameters: Record<string, string>, keyName: (id: string) => string): Column<Receipt>[] {
  return [
    { label: 'Time (UTC)', value: (row) => row.started_at, show: (row) => <a href={receiptLink(row, parameters)} title={ago(row.started_at)}>{moment(row.started_at)}</a> },
    { label: 'Status', value: (row) => row.status, show: (row) => <Status row={row} /> },
    { label: 'Key', value: (row) => (row.credential ? keyName(row.credential.key_id) : null), show: (row) => <Caller row={row} keyName={keyName} /> },
    { label: 'Model', value: (row) => row.model.requested, show: (row) => <Model row={row} /> },
    { label: 'Tokens', numeric: true, value: (row) => inputOf(row) + row.tokens.output, show: (row) => <Tokens row={row} /> },
    { label: 'Cost', numeric: true, value: (row) => row.cost_usd, show: (row) => <Amount cost={row.cost_usd} /> },
    { label: 'Duration', numeric: true, value: (row) => row.timings.total_ms, show: (row) => <Duration row={row} /> },
    { label: 'Client', value: (row) => row.client, show: (row) => row.client ?? none },
  ];
}

/** Ids of before had no time in them: those are found by their day alone. */
export function receiptLink({ request_id, started_at }: Receipt, parameters: Record<string, string>): string {
  return link('requests', { ...parameters, day: request_id.startsWith('req_00') ? undefined : started_at.slice(0, 10) }, request_id);
}

function inputOf({ tokens }: Receipt): number {
  return tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h;
}

function Tokens({ row }: { row: Receipt }) {
  const { input, cache_read: read, cache_write_5m: written, cache_write_1h: writtenLong, output } = row.tokens;
  return inputOf(row) + output === 0 ? <span class="quiet">{none}</span> : (
    <span class="name" title={`${count(input)} input, ${count(read)} read from caches, ${count(written + writtenLong)} written to caches, ${count(output)} output`}>
      <span>{count(inputOf(row))} in</span>
      <span class="quiet">{count(output)} out</span>
    </span>
  );
}

function Amount({ cost }: { cost: number | null }) {
  return cost === null ? <span class="quiet">No price</span> : cost === 0 ? <span class="quiet">$0</span> : <>{exactUsd(cost, 4)}</>;
}

/** Of a whole answer the first byte is no sooner than the last. */
function Duration({ row: { stream, timings } }: { row: Receipt }) {
  return (
    <span class="name">
      <span>{milliseconds(timings.total_ms)}</span>
      {stream && timings.first_event_ms !== null && <span class="quiet">first {milliseconds(timings.first_event_ms)}</span>}
    </span>
  );
}

function Status({ row }: { row: Receipt }) {
  const { word, tone } = badgeOf(row);
  return <span class="status"><span class="mono">{row.status}</span><Badge tone={tone}>{word}</Badge></span>;
}

function Caller({ row: { credential }, keyName }: { row: Receipt; keyName: (id: string) => string }) {
  return credential === null ? <span class="quiet">No key</span> : (
    <span class="name">
      <span title={credential.key_id}>{credential.person ?? keyName(credential.key_id)}</span>
      {credential.team && <span class="quiet">{credential.team}</span>}
    </span>
  );
}

function Model({ row }: { row: Receipt }) {
  const target = targetOf(row);
  return (
    <span class="name">
      <span title={row.model.requested ?? undefined}>{row.model.requested ?? none}</span>
      <span class="quiet" title={target ?? undefined}>{target ? <><span aria-hidden="true">→ </span><span class="unseen">answered by </span>{target}</> : 'nobody was asked'}</span>
    </span>
  );
}
