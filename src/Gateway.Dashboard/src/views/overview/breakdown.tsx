import type { UsageReport, UsageRow } from '../../api/types';
import { ago, count, milliseconds, moment, percent, short, usd } from '../../ui/format';
import { setParameters } from '../../ui/route';
import { Table, type Column } from '../../ui/table';
import type { Dimension } from './dimensions';
import { allTokens, cacheShare, errorRate } from './measures';

interface Props {
  report: UsageReport;
  dimension: Dimension;
  dimensions: Dimension[];
  /** The name of the tag, where it is by one. */
  tag: string;
  nameOf: (row: UsageRow) => string;
}

/** The same usage, added up by team, key, person and so on. A name narrows the view to it. */
export function Breakdown({ report, dimension, dimensions, tag, nameOf }: Props) {
  const total = report.total.cost_usd;
  const columns: Column<UsageRow>[] = [
    { label: dimension.label, value: nameOf, show: (row) => <Name filter={dimensions.length > 1 ? dimension.filter(row, tag) : null} text={nameOf(row)} /> },
    ...(dimension.name === 'key' ? [{ label: 'Team', value: (row: UsageRow) => row.team }, { label: 'Key id', value: (row: UsageRow) => row.key_id, show: (row: UsageRow) => <span class="mono quiet">{row.key_id}</span> }] : []),
    { label: 'Spend', numeric: true, value: (row) => row.cost_usd, show: (row) => usd(row.cost_usd) },
    { label: 'Share', numeric: true, visual: true, wide: true, value: (row) => row.cost_usd, show: (row) => <span class="share"><span class="share-bar"><span style={{ width: `${total > 0 ? (row.cost_usd / total) * 100 : 0}%` }} /></span>{percent(total > 0 ? row.cost_usd / total : NaN)}</span> },
    { label: 'Requests', numeric: true, value: (row) => row.requests, show: (row) => count(row.requests) },
    { label: 'Refused', numeric: true, value: (row) => row.refused, show: (row) => count(row.refused) },
    { label: 'Error rate', numeric: true, value: errorRate, show: (row) => percent(errorRate(row) ?? NaN) },
    { label: 'Cache hits', numeric: true, value: cacheShare, show: (row) => percent(cacheShare(row) ?? NaN) },
    { label: 'First token p50', numeric: true, value: (row) => row.first_token_ms?.p50, show: (row) => milliseconds(row.first_token_ms?.p50) },
    { label: 'First token p95', numeric: true, value: (row) => row.first_token_ms?.p95, show: (row) => milliseconds(row.first_token_ms?.p95) },
    { label: 'Latency p50', numeric: true, value: (row) => row.latency_ms?.p50, show: (row) => milliseconds(row.latency_ms?.p50) },
    { label: 'Latency p95', numeric: true, value: (row) => row.latency_ms?.p95, show: (row) => milliseconds(row.latency_ms?.p95) },
    { label: 'Last request', value: (row) => row.last_request_at, show: (row) => <span title={`${moment(row.last_request_at)} UTC`}>{ago(row.last_request_at)}</span> },
    { label: 'Tokens', numeric: true, value: allTokens, show: (row) => <span title={tokensOf(row)}>{short(allTokens(row))}</span> },
    { label: 'Input', numeric: true, value: (row) => row.tokens.input, show: (row) => short(row.tokens.input) },
    { label: 'Cache read', numeric: true, value: (row) => row.tokens.cache_read, show: (row) => short(row.tokens.cache_read) },
    { label: 'Cache write', numeric: true, value: (row) => row.tokens.cache_write_5m + row.tokens.cache_write_1h, show: (row) => short(row.tokens.cache_write_5m + row.tokens.cache_write_1h) },
    { label: 'Output', numeric: true, value: (row) => row.tokens.output, show: (row) => short(row.tokens.output) },
  ];
  return (
    <Table
      key={report.by}
      caption={`By ${dimension.label.toLowerCase()}`}
      columns={columns}
      rows={report.rows}
      keyOf={(row) => JSON.stringify([dimension.value(row), row.team, row.provider])}
      csv={`usage-by-${dimension.name}-${report.from}-${report.to}.csv`}
      tools={<Picker dimension={dimension} dimensions={dimensions} tag={tag} />}
      more={report.uncounted_requests ? <p class="hint">{count(report.uncounted_requests)} requests have values that totals count together; some of what is asked for may be among them.</p> : undefined}
    />
  );
}

function Picker({ dimension, dimensions, tag }: Pick<Props, 'dimension' | 'dimensions' | 'tag'>) {
  return dimensions.length < 2 ? null : (
    <>
      <label class="inline">By <select value={dimension.name} onChange={(event) => setParameters({ by: event.currentTarget.value })}>{dimensions.map(({ name, label }) => <option key={name} value={name}>{label}</option>)}</select></label>
      {dimension.name === 'tag' && <label class="inline">named <input type="text" class="narrow" value={tag} spellcheck={false} onChange={(event) => setParameters({ tagged: event.currentTarget.value.trim() })} /></label>}
    </>
  );
}

function Name({ filter, text }: { filter: Record<string, string> | null; text: string }) {
  return (
    <span class="name">
      {filter ? <button type="button" class="link" title={`Show only ${text}`} onClick={() => setParameters(filter)}>{text}</button> : <span class="quiet">{text}</span>}
    </span>
  );
}

function tokensOf({ tokens }: UsageRow): string {
  return `${count(tokens.input)} input, ${count(tokens.cache_read)} read from caches, ${count(tokens.cache_write_5m + tokens.cache_write_1h)} written to caches, ${count(tokens.output)} output, ${count(tokens.reasoning)} of them reasoning`;
}
