// What became of a request, in words.
import type { Attempt, Receipt } from '../../api/types';
import { milliseconds } from '../../ui/format';
import type { Tone } from '../../ui/pieces';
import { exactUsd } from './money';

export type Outcome = 'answered' | 'cached' | 'left' | 'broken' | 'refused' | 'failed';

const badges: Record<Outcome, { word: string; tone: Tone }> = {
  answered: { word: 'Answered', tone: 'good' },
  cached: { word: 'From cache', tone: 'info' },
  left: { word: 'Client left', tone: 'quiet' },
  broken: { word: 'Broke off', tone: 'bad' },
  refused: { word: 'Refused', tone: 'warn' },
  failed: { word: 'Failed', tone: 'bad' },
};

export function outcomeOf({ status, error, client_left, cached }: Receipt): Outcome {
  return client_left ? 'left'
    : status >= 500 ? 'failed'
    : status >= 400 ? 'refused'
    : error !== null ? 'broken'
    : cached ? 'cached'
    : 'answered';
}

export function badgeOf(receipt: Receipt): { word: string; tone: Tone } {
  return badges[outcomeOf(receipt)];
}

/** The heading above why it went wrong; null where nothing did. */
export function questionOf(receipt: Receipt): string | null {
  const outcome = outcomeOf(receipt);
  return outcome === 'refused' ? 'Why was it refused?'
    : outcome === 'failed' ? 'Why did it fail?'
    : outcome === 'broken' ? 'Why did it break off?'
    : receipt.why ? 'What happened?'
    : null;
}

export function targetOf({ model: { provider, used } }: Receipt): string | null {
  return provider && used ? `${provider}/${used}` : null;
}

/** One sentence that says what became of it. */
export function sentenceOf(receipt: Receipt): string {
  const { status, error, timings, cost_usd: cost } = receipt;
  const target = targetOf(receipt);
  const after = milliseconds(timings.total_ms);
  const paid = cost === null ? ', at an unknown price' : cost === 0 ? ', at no cost' : ` for ${exactUsd(cost)}`;
  const asked = target === null ? '' : ` ${target} was asked last.`;
  switch (outcomeOf(receipt)) {
    case 'answered': return `Answered${target ? ` by ${target}` : ''} in ${after}${paid}.`;
    case 'cached': return `Answered from the response cache in ${after}${paid}.`;
    case 'left': return `The client left after ${after}${target ? `, while ${target} answered` : ''}. ${cost === null ? 'What it cost is not known.' : cost === 0 ? 'It cost nothing.' : `It cost ${exactUsd(cost)}.`}`;
    case 'broken': return `The answer${target ? ` of ${target}` : ''} broke off after ${after}${error ? ` (${error})` : ''}${paid}.`;
    case 'refused': return `Refused with status ${status}${error ? ` (${error})` : ''} after ${after}.${asked}`;
    case 'failed': return `Failed with status ${status}${error ? ` (${error})` : ''} after ${after}.${asked}`;
  }
}

export function attemptBadge({ error, status }: Attempt): { word: string; tone: Tone } {
  return error === null ? { word: 'Answered', tone: 'good' }
    : error === 'skipped' ? { word: 'Left out', tone: 'quiet' }
    : error === 'client_left' ? { word: 'Client left', tone: 'quiet' }
    : error === 'stopped' ? { word: 'Stopped', tone: 'quiet' }
    : { word: status !== null && status < 500 ? 'Refused' : 'Failed', tone: 'bad' };
}
