import type { UsageReport } from '../../api/types';
import { saveCsv } from '../../ui/csv';
import { count, none, percent, usd } from '../../ui/format';
import { Badge } from '../../ui/pieces';
import { link, setParameters } from '../../ui/route';
import { Table, type Column } from '../../ui/table';
import { errorRate } from '../overview/measures';
import type { ModelRow } from './rows';
import { speedsOf, standingOf, StandingBadge } from './standing';

interface Props {
  rows: ModelRow[];
  days: number;
  report: UsageReport | undefined;
  /** Whether a provider is configured, as far as the caller is told. */
  hasProvider: (name: string) => boolean;
  summary: string;
}

const spans = [7, 30];

/** How many of the names that lead to a target are shown. */
const mostNames = 2;

export function TargetTable({ rows, days, report, hasProvider, summary }: Props) {
  return (
    <div class="targets">
      <Table
        caption="Targets"
        columns={columnsOf(hasProvider)}
        rows={rows}
        keyOf={(row) => row.target}
        size={50}
        tools={
          <>
            <div class="segments" role="group" aria-label="Days of the numbers">
              {spans.map((span) => <button key={span} type="button" aria-pressed={days === span} onClick={() => setParameters({ range: `${span}d` })}>{span} days</button>)}
            </div>
            {report && rows.length > 0 && <button type="button" class="button small" onClick={() => saveRows(rows, report, hasProvider)}>Save CSV</button>}
          </>
        }
        empty={<><strong>No model is configured, and none was used in these days</strong><p>Name models under <code>Gateway:Models</code> in gateway.json, or ask for <code>provider/model</code>.</p></>}
        more={<p class="hint targets-note"><span role="status">{summary}.</span> Standing and lessons are those of the one instance that answered, seen anew every 15 seconds; the numbers are of all instances, in days of UTC.</p>}
      />
    </div>
  );
}

function columnsOf(hasProvider: Props['hasProvider']): Column<ModelRow>[] {
  return [
    { label: 'Target', value: (row) => row.target, show: (row) => <span class="name"><a href={link('models', {}, row.target)}>{row.target}</a><Names row={row} /></span> },
    { label: 'Standing', value: (row) => standingWords(row, hasProvider), show: (row) => (row.state ? <StandingBadge state={row.state} /> : <Badge tone="quiet">{standingWords(row, hasProvider)}</Badge>) },
    { label: 'Requests', numeric: true, value: (row) => row.usage?.requests, show: ({ usage }) => (usage ? count(usage.requests) : none) },
    { label: 'Error rate', numeric: true, value: ({ usage }) => usage && errorRate(usage), show: ({ usage }) => percent((usage && errorRate(usage)) ?? NaN) },
    { label: 'First token p50,\u00a0p95', numeric: true, value: ({ usage }) => usage?.first_token_ms?.p50, show: ({ usage }) => speedsOf(usage?.first_token_ms) },
    { label: 'Latency p50,\u00a0p95', numeric: true, value: ({ usage }) => usage?.latency_ms?.p50, show: ({ usage }) => speedsOf(usage?.latency_ms) },
    { label: 'Spend', numeric: true, value: ({ usage }) => usage?.cost_usd, show: spendOf },
    { label: 'Price of 1M in,\u00a0out', numeric: true, value: ({ state }) => state?.price?.input, show: priceOf },
    { label: 'Learned', numeric: true, value: ({ state }) => state?.learned.length, show: ({ state, target }) => (state?.learned.length ? <a href={link('models', {}, target)} aria-label={`${lessons(state.learned.length)} of ${target}`} title={state.learned.join(', ')}>{count(state.learned.length)}</a> : none) },
  ];
}

/** What the table shows together stands apart in the file. */
function saveRows(rows: ModelRow[], report: UsageReport, hasProvider: Props['hasProvider']): void {
  const head = ['target', 'standing', 'requests', 'error_rate', 'first_token_ms_p50', 'first_token_ms_p95', 'latency_ms_p50', 'latency_ms_p95', 'cost_usd', 'usd_per_million_input', 'usd_per_million_output', 'asked_for_as', 'learned'];
  const lines = rows.map((row) => {
    const { target, state, usage } = row;
    return [target, standingWords(row, hasProvider), usage?.requests, usage && errorRate(usage), usage?.first_token_ms?.p50, usage?.first_token_ms?.p95, usage?.latency_ms?.p50, usage?.latency_ms?.p95, usage?.cost_usd, state?.price?.input, state?.price?.output, state?.models.join(' '), state?.learned.join(' ')];
  });
  saveCsv([head, ...lines], `targets-${report.from}-${report.to}.csv`);
}

function priceOf({ state }: ModelRow) {
  return !state ? none
    : state.price ? `${usd(state.price.input)}, ${usd(state.price.output)}`
    : <span class="quiet" title={state.price_by_name ? 'The name that is asked for decides the price' : 'What it costs is not known'}>{state.price_by_name ? 'by name' : 'no price'}</span>;
}

/** Without a configured target it is one of three things. */
function standingWords({ state, through, provider }: ModelRow, hasProvider: Props['hasProvider']): string {
  return state ? standingOf(state) : through ? `Through ${through}` : hasProvider(provider) ? 'By its own name' : 'Not configured';
}

function spendOf({ usage }: ModelRow) {
  return !usage ? none
    : usage.unpriced_requests > 0 && usage.unpriced_requests >= usage.requests - usage.refused ? <span class="quiet">unknown</span>
    : <span title={usage.unpriced_requests > 0 ? `Without ${count(usage.unpriced_requests)} requests that have no price` : undefined}>{usd(usage.cost_usd)}</span>;
}

function Names({ row: { state } }: { row: ModelRow }) {
  const names = state?.models ?? [];
  return names.length === 0 ? null : <span class="quiet" title={`Asked for as ${names.join(', ')}`}>for {names.slice(0, mostNames).join(', ')}{names.length > mostNames && ` and ${names.length - mostNames} more`}</span>;
}

function lessons(number: number): string {
  return number === 1 ? '1 lesson' : `${number} lessons`;
}
