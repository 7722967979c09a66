import { get } from '../../api/client';
import { useLoad, type Loaded } from '../../api/load';
import type { ActiveConfiguration } from '../../api/operation-types';
import type { Me, TargetState, UsageReport } from '../../api/types';
import { useRepeat } from '../../ui/repeat';
import { plusDays, today } from '../overview/range';
import { providerOf } from './rows';

/** Pauses last from five seconds on. */
const standingSeconds = 15;

export const providerDays = 7;
const targetDays = 30;

export interface ModelNumbers {
  models: UsageReport;
  /** Of the last days, whatever the table shows. */
  providers: UsageReport;
}

/** How all targets stand at the instance that answers, again and again while somebody looks. */
export function useTargets(): Loaded<TargetState[]> {
  const targets = useLoad('targets', async (signal) => (await get<{ data: TargetState[] }>('/manage/targets', {}, signal)).data);
  useRepeat(standingSeconds, () => {
    // A slow answer is waited for: who asks again before it comes never sees one.
    if (!targets.loading) {
      targets.reload();
    }
  });
  return targets;
}

export function useNumbers(days: number): Loaded<ModelNumbers> {
  const to = today();
  const ask = (by: string, span: number, signal: AbortSignal) => get<UsageReport>('/manage/usage', { by, from: plusDays(to, 1 - span), to }, signal);
  return useLoad(`numbers of ${days} days`, async (signal) => {
    const [models, providers] = await Promise.all([ask('model', days, signal), ask('provider', providerDays, signal)]);
    return { models, providers };
  });
}

/** Null for those who may not see it. */
export function useConfiguration({ manages }: Me): Loaded<ActiveConfiguration | null> {
  return useLoad(`configuration ${manages}`, async (signal) => (manages ? get<ActiveConfiguration>('/manage/config', {}, signal) : null));
}

export interface TargetUsage {
  day: UsageReport;
  team: UsageReport;
  key: UsageReport;
  person: UsageReport;
}

/** The filter that means this target and no other: a model of the same name elsewhere has another provider. */
export function filterOf(target: string): { model: string; provider: string } {
  return { model: target, provider: providerOf(target) };
}

/** Of the last 30 days. */
export function useTargetUsage(target: string): Loaded<TargetUsage> {
  const span = { from: plusDays(today(), 1 - targetDays), to: today() };
  return useLoad(target, async (signal) => {
    const ask = (by: string) => get<UsageReport>('/manage/usage', { by, ...span, ...filterOf(target) }, signal);
    const [day, team, key, person] = await Promise.all([ask('day'), ask('team'), ask('key'), ask('person')]);
    return { day, team, key, person };
  });
}
