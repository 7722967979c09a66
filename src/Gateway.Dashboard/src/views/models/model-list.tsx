import { useMemo } from 'preact/hooks';
import { useMe } from '../../session/session';
import { PageHead } from '../../ui/pieces';
import { Failure, Freshness, Skeleton } from '../../ui/states';
import { Configuration } from './configuration';
import { Providers } from './providers';
import { rowsOf } from './rows';
import { useConfiguration, useNumbers, useTargets } from './source';
import { rankOf, summaryOf } from './standing';
import { TargetTable } from './target-table';

/** Who is asked, and how that goes. Standing is shown also while the numbers do not come: that is when it is wanted most. */
export function ModelList({ days }: { days: number }) {
  const me = useMe();
  const targets = useTargets();
  const numbers = useNumbers(days);
  const configuration = useConfiguration(me);
  const all = [targets, numbers, configuration];
  const reload = () => all.forEach((one) => one.reload());
  const settled = [targets, numbers].every(({ data, error }) => data !== undefined || error !== undefined);
  const states = targets.data ?? [];
  const ranks = useMemo(() => new Map(states.map((state) => [state.target, rankOf(state)])), [numbers.at, targets.data === undefined]);
  const configured = configuration.data?.providers ?? null;
  const hasProvider = (name: string) => (configured ?? states.map(({ provider }) => ({ name: provider }))).some((one) => one.name === name);
  return (
    <>
      <PageHead title="Models"><Freshness at={targets.at} loading={numbers.loading} reload={reload} /></PageHead>
      {all.map(({ error, reload: again }, at) => error && <Failure key={at} error={error} retry={again} />)}
      {!settled ? <Skeleton what="models" /> : (targets.data || numbers.data) && (
        <>
          {configuration.data?.refused && <Configuration of={configuration.data} />}
          <Providers targets={states} report={numbers.data?.providers} configured={configured} />
          <TargetTable rows={rowsOf(states, numbers.data?.models.rows ?? [], ranks)} days={days} report={numbers.data?.models} hasProvider={hasProvider} summary={targets.data ? summaryOf(states) || 'No targets are configured' : 'How targets stand is not known'} />
          {configuration.data && !configuration.data.refused && <Configuration of={configuration.data} />}
        </>
      )}
    </>
  );
}
