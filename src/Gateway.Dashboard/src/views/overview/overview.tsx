import { useMemo } from 'preact/hooks';
import type { UsageRow } from '../../api/types';
import { useMe } from '../../session/session';
import { ChartCard } from '../../ui/chart';
import { count, milliseconds, percent, short, shortUsd } from '../../ui/format';
import { Change, Chips, PageHead, Stat } from '../../ui/pieces';
import { setParameters, useRoute } from '../../ui/route';
import { Empty, Freshness, Load } from '../../ui/states';
import { useKeyNames } from '../key-names';
import { Breakdown } from './breakdown';
import { chartOf } from './chart-data';
import { dimensionsFor, labelOf, readDimension, readFilters } from './dimensions';
import { allTokens, cacheShare, errorRate, measures, readMeasure, type Measure } from './measures';
import { OwnBudgets } from './own-budgets';
import { readRange } from './range';
import { RangePicker } from './range-picker';
import { useOverview, type OverviewData } from './source';

export function Overview() {
  const me = useMe();
  const { parameters } = useRoute();
  const range = readRange(parameters);
  const dimension = readDimension(parameters.get('by'), me);
  const tag = parameters.get('tagged') || 'ticket';
  const filters = me.sees === 'own' ? {} : readFilters(parameters);
  const measure = readMeasure(parameters.get('measure'));
  const data = useOverview(me, range, dimension.by(tag), dimension, filters);
  const keyName = useKeyNames(dimension.name === 'key' || 'key' in filters);
  const nameOf = useMemo(() => (row: UsageRow) => {
    const value = dimension.value(row);
    return value === null ? 'none' : dimension.name === 'key' ? keyName(value) : value;
  }, [dimension, keyName]);

  return (
    <>
      <PageHead title={me.sees === 'own' ? 'Your usage' : 'Overview'}><Freshness {...data} /></PageHead>
      <div class="bar">
        <RangePicker range={range} />
        <Chips filters={Object.entries(filters).map(([name, value]) => ({ name, label: labelOf(name), value: name === 'key' ? keyName(value) : value }))} onRemove={(name) => setParameters({ [name]: undefined })} />
      </div>
      <Load of={data} what="usage">
        {(loaded) => (
          <>
            <Cards data={loaded} selected={measure} compares={range.name !== 'today'} />
            {loaded.own && <OwnBudgets own={loaded.own} />}
            {loaded.parts.total.requests === 0 && loaded.days.total.requests === 0 ? (
              <Empty title="No requests in these days">Numbers appear here a few seconds after the first request. Days are UTC.</Empty>
            ) : (
              <>
                <ChartCard
                  title={titleOf(measure, loaded, dimension.label)}
                  unit={measure.unit}
                  csv={`${measure.name}-${range.chartFrom}-${range.to}.csv`}
                  chart={chartOf(loaded, measure, range, dimension, nameOf)}
                />
                <Breakdown report={loaded.parts} dimension={dimension} dimensions={dimensionsFor(me)} tag={tag} nameOf={nameOf} />
              </>
            )}
          </>
        )}
      </Load>
    </>
  );
}

function titleOf(measure: Measure, { split }: OverviewData, label: string): string {
  return `${measure.label} by day${measure.adds && measure.name !== 'tokens' && split !== null ? ` and ${label.toLowerCase()}` : ''}`;
}

/** The numbers of the span; each shows its chart when it is pressed. Sums of a day that is not over are not held against a whole one. */
function Cards({ data: { parts: { total }, before: { total: earlier } }, selected, compares }: { data: OverviewData; selected: Measure; compares: boolean }) {
  const notes: Record<Measure['name'], string> = {
    spend: total.unpriced_requests > 0 ? `${short(total.unpriced_requests)} without a price` : '',
    requests: total.refused > 0 ? `${short(total.refused)} refused` : '',
    tokens: `${short(total.tokens.output)} out`,
    errors: `${count(total.failed)} failed`,
    'first-token': `p95 ${milliseconds(total.first_token_ms?.p95)}`,
    latency: `p95 ${milliseconds(total.latency_ms?.p95)}`,
    cache: `${short(total.tokens.cache_read)} tokens`,
  };
  const shown: Record<Measure['name'], string> = {
    spend: shortUsd(total.cost_usd),
    requests: short(total.requests),
    tokens: short(allTokens(total)),
    errors: percent(errorRate(total) ?? NaN),
    'first-token': milliseconds(total.first_token_ms?.p50),
    latency: milliseconds(total.latency_ms?.p50),
    cache: percent(cacheShare(total) ?? NaN),
  };
  return (
    <div class="stats" role="group" aria-label="Numbers of these days, against those before">
      {measures.map((measure) => (
        <Stat
          key={measure.name}
          label={measure.card}
          value={shown[measure.name]}
          note={notes[measure.name]}
          change={(compares || !measure.adds) && <Change now={measure.value(total)} before={measure.value(earlier)} good={measure.good} />}
          selected={measure === selected}
          onSelect={() => setParameters({ measure: measure.name })}
        />
      ))}
    </div>
  );
}
