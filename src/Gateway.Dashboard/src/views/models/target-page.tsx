import type { TargetState, UsageReport } from '../../api/types';
import { count, milliseconds, none, percent, short, shortUsd, usd } from '../../ui/format';
import { Badge, PageHead, Stat } from '../../ui/pieces';
import { link } from '../../ui/route';
import { Empty, Failure, Freshness, Skeleton } from '../../ui/states';
import { errorRate } from '../overview/measures';
import { Lessons } from './lessons';
import { patternFor } from './rows';
import { useTargets, useTargetUsage } from './source';
import { StandingBadge, standingOf } from './standing';
import { TargetChart } from './target-chart';
import { Users } from './users';

/** One target: how it stands, how it went in 30 days, who uses it, and what was learned of it. */
export function TargetPage({ target, measure }: { target: string; measure: string | null }) {
  const targets = useTargets();
  const usage = useTargetUsage(target);
  const state = targets.data?.find((one) => one.target === target) ?? null;
  const through = patternFor(target, targets.data ?? []);
  const settled = [targets, usage].every(({ data, error }) => data !== undefined || error !== undefined);
  const unknown = targets.data !== undefined && state === null && through === undefined && usage.data?.day.total.requests === 0;
  return (
    <>
      <nav class="back" aria-label="Breadcrumb"><a href={link('models')}>Models</a></nav>
      <PageHead title={target}>
        {targets.data && (state ? <StandingBadge state={state} /> : <Badge tone="quiet">{through ? `Through ${through}` : 'No configured model leads to it'}</Badge>)}
        <Freshness at={targets.at} loading={usage.loading} reload={() => { targets.reload(); usage.reload(); }} />
      </PageHead>
      {[targets, usage].map(({ error, reload }, at) => error && <Failure key={at} error={error} retry={reload} />)}
      {!settled ? <Skeleton what={target} /> : unknown ? <Empty title="Nothing is known of this target">No configured model leads to it, and it was not asked in the last 30 days.</Empty> : (
        <>
          {state && <Facts state={state} />}
          {usage.data && usage.data.day.total.requests === 0 && <section class="card" aria-label="Usage"><Empty title="Not asked in the last 30 days" /></section>}
          {usage.data && usage.data.day.total.requests > 0 && (
            <>
              <Cards report={usage.data.day} />
              <TargetChart target={target} report={usage.data.day} measure={measure} />
              <Users target={target} usage={usage.data} />
            </>
          )}
          {targets.data && <Lessons target={target} names={state?.learned ?? []} onForgotten={targets.reload} />}
        </>
      )}
    </>
  );
}

function Facts({ state }: { state: TargetState }) {
  const { target, price, price_by_name: byName, context_window: window } = state;
  return (
    <section class="card" aria-label="Facts">
      <header class="card-head"><h2>Facts</h2></header>
      <dl class="target-facts">
        <div><dt>Standing</dt><dd>{target.includes('*') && state.standing === 'unknown' ? 'Each model that it stands for has its own' : `${standingOf(state)}, at the instance that answered: each looks for itself, and hears of pauses from the others`}</dd></div>
        <div><dt>Asked for as</dt><dd>{state.models.length === 0 ? 'its own name only' : state.models.map((name, at) => <span key={name}>{at > 0 && ', '}<code>{name}</code></span>)}</dd></div>
        <div><dt>Price of 1M tokens</dt><dd>{price ? `${usd(price.input)} input, ${usd(price.output)} output (${price.version})` : byName ? 'by the name that is asked for' : 'no price: what it costs is not known'}</dd></div>
        <div><dt>Context window</dt><dd>{window ? `${count(window)} tokens` : 'not known'}</dd></div>
        <div><dt>First token lately</dt><dd>{state.first_token_ms === undefined ? none : `${milliseconds(state.first_token_ms)}, of streams at this instance`}</dd></div>
        <div><dt>Whole answer lately</dt><dd>{state.answer_ms === undefined ? none : `${milliseconds(state.answer_ms)}, of answers that are not streamed`}</dd></div>
      </dl>
    </section>
  );
}

function Cards({ report: { total } }: { report: UsageReport }) {
  return (
    <div class="target-stats" role="group" aria-label="Numbers of the last 30 days">
      <Stat label="Requests, 30 days" value={short(total.requests)} note={total.cached_requests ? `${short(total.cached_requests)} from the cache` : `${short(total.refused)} refused`} />
      <Stat label="Error rate" value={percent(errorRate(total) ?? NaN)} note={`${count(total.failed)} failed`} />
      <Stat label="First token, p50" value={milliseconds(total.first_token_ms?.p50)} note={`p95 ${milliseconds(total.first_token_ms?.p95)}`} />
      <Stat label="Latency, p50" value={milliseconds(total.latency_ms?.p50)} note={`p95 ${milliseconds(total.latency_ms?.p95)}`} />
      <Stat label="Spend" value={shortUsd(total.cost_usd)} note={total.unpriced_requests > 0 ? `${short(total.unpriced_requests)} without a price` : ''} />
    </div>
  );
}
