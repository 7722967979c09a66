import type { ConfiguredProvider } from '../../api/operation-types';
import type { TargetState, UsageReport, UsageRow } from '../../api/types';
import { count, percent } from '../../ui/format';
import { Badge } from '../../ui/pieces';
import { link } from '../../ui/route';
import { errorRate } from '../overview/measures';
import { speedsOf, WorstBadge } from './standing';

interface Props {
  targets: TargetState[];
  /** Undefined where the numbers did not come. */
  report: UsageReport | undefined;
  /** Null for those who do not see the configuration. */
  configured: ConfiguredProvider[] | null;
}

interface ProviderCard {
  name: string;
  configured: ConfiguredProvider | undefined;
  states: TargetState[];
  usage: UsageRow | undefined;
}

/** Each provider with what came of its last seven days; those that are asked most come first. */
export function Providers({ targets, report, configured }: Props) {
  const usage = new Map(report?.rows.flatMap((row) => (row.provider ? [[row.provider, row] as const] : [])));
  const names = new Set([...usage.keys(), ...targets.map(({ provider }) => provider), ...(configured ?? []).map(({ name }) => name)]);
  const asked = [...usage.values()].reduce((sum, row) => sum + row.requests, 0);
  const cards = [...names].map((name): ProviderCard => ({
    name,
    configured: configured?.find((one) => one.name === name),
    states: targets.filter(({ provider }) => provider === name),
    usage: usage.get(name),
  })).sort((a, b) => (b.usage?.requests ?? 0) - (a.usage?.requests ?? 0) || a.name.localeCompare(b.name));
  return cards.length === 0 ? null : (
    <section class="provider-section" aria-label="Providers, last 7 days">
      <h2>Providers <span class="quiet">last 7 days</span></h2>
      <ul class="providers">
        {cards.map((card) => <li key={card.name} class="card provider"><Provider card={card} asked={asked} gone={configured !== null && !card.configured} known={report !== undefined} /></li>)}
      </ul>
    </section>
  );
}

function Provider({ card: { name, configured, states, usage }, asked, gone, known }: { card: ProviderCard; asked: number; gone: boolean; known: boolean }) {
  return (
    <>
      <div class="provider-head">
        <h3><a href={link('overview', { provider: name, range: '7d' })}>{name}</a></h3>
        {gone ? <Badge tone="quiet">Not configured</Badge> : states.length > 0 ? <WorstBadge states={states} /> : <Badge tone="quiet">No targets</Badge>}
      </div>
      {configured && <p class="quiet provider-host" title={configured.host}>{configured.kind} · {configured.host ?? 'built in'}</p>}
      {usage ? (
        <dl class="figures">
          <div><dt>Share</dt><dd title={`${count(usage.requests)} requests`}>{percent(asked > 0 ? usage.requests / asked : NaN)}</dd></div>
          <div><dt>Errors</dt><dd title={`${count(usage.failed)} failed`}>{percent(errorRate(usage) ?? NaN)}</dd></div>
          <div><dt>First token p50, p95</dt><dd>{speedsOf(usage.first_token_ms)}</dd></div>
        </dl>
      ) : known && <p class="quiet">Not asked in these days</p>}
    </>
  );
}
