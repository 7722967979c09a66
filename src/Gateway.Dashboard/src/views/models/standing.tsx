// How targets stand and how quick they are, in words.
import type { Percentiles, TargetState } from '../../api/types';
import { milliseconds, none } from '../../ui/format';
import { Badge, type Tone } from '../../ui/pieces';

type Standing = TargetState['standing'];

/** What needs somebody stands first. */
const order: Standing[] = ['dead', 'poor', 'good', 'unknown'];

const tones: Record<Standing, Tone> = { good: 'good', poor: 'warn', dead: 'bad', unknown: 'quiet' };

export function rankOf(state: TargetState | null): number {
  return state === null ? order.length : order.indexOf(state.standing);
}

export function standingOf({ standing, paused_seconds: paused, target }: TargetState): string {
  const span = paused ? ` for ${milliseconds(Math.ceil(paused) * 1000).replace(/(\.0+)? s$/, ' s')}` : '';
  return standing === 'good' ? 'Answers'
    : standing === 'poor' ? `Asked last${span}`
    : standing === 'dead' ? `Left out${span}`
    : target.includes('*') ? 'By model' : 'Not asked yet';
}

export function StandingBadge({ state }: { state: TargetState }) {
  return <Badge tone={tones[state.standing]}>{standingOf(state)}</Badge>;
}

/** The worst of several, and of how many it is. */
export function WorstBadge({ states }: { states: TargetState[] }) {
  const worst = order.find((standing) => states.some((state) => state.standing === standing));
  if (worst === undefined) {
    return null;
  }

  const number = states.filter((state) => state.standing === worst).length;
  const words = { dead: 'left out', poor: 'asked last', good: 'Answers', unknown: 'Not asked yet' }[worst];
  return <Badge tone={tones[worst]}>{worst === 'good' || worst === 'unknown' ? words : `${number} of ${states.length} ${words}`}</Badge>;
}

/** One sentence on all of them. */
export function summaryOf(states: TargetState[]): string {
  const counts = order.map((standing) => ({ standing, number: states.filter((state) => state.standing === standing).length })).filter(({ number }) => number > 0);
  const words: Record<Standing, [string, string]> = {
    dead: ['is left out', 'are left out'],
    poor: ['is asked last', 'are asked last'],
    good: ['answers', 'answer'],
    unknown: ['was not asked yet', 'were not asked yet'],
  };
  return counts.map(({ standing, number }) => `${number} ${words[standing][number === 1 ? 0 : 1]}`).join(', ');
}

/** Half of the answers came within the first, all but one of twenty within the second. */
export function speedsOf(speeds: Percentiles | undefined): string {
  return speeds ? `${milliseconds(speeds.p50)}, ${milliseconds(speeds.p95)}` : none;
}
