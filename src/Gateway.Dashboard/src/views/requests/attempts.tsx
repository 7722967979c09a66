import type { Attempt, Receipt } from '../../api/types';
import { milliseconds } from '../../ui/format';
import { Badge } from '../../ui/pieces';
import { attemptBadge, targetOf } from './outcome';

/** From the model that was asked for to what answered, and all that were tried between. */
export function Attempts({ receipt }: { receipt: Receipt }) {
  const { model: { requested, matched }, attempts, cached } = receipt;
  const steps = [
    ['Asked for', requested ?? 'none'],
    ['Matched', matched ?? 'none'],
    [cached ? 'In the cache from' : attempts.at(-1)?.error ? 'Asked last' : 'Answered by', targetOf(receipt) ?? 'nobody'],
  ] as const;
  return (
    <>
      <ol class="steps">{steps.map(([name, value]) => <li key={name}><span class="quiet">{name}</span><strong>{value}</strong></li>)}</ol>
      {attempts.length === 0
        ? <p class="quiet">{cached ? 'No provider was called.' : 'No provider was asked.'}</p>
        : <ol class="attempts" aria-label="Attempts">{attempts.map((attempt, at) => <One key={at} attempt={attempt} />)}</ol>}
    </>
  );
}

function One({ attempt }: { attempt: Attempt }) {
  const { target, error, upstream_status: status, started_ms: began, duration_ms: took, reason } = attempt;
  const { word, tone } = attemptBadge(attempt);
  const facts = [
    error !== null && error !== 'skipped' && error !== 'client_left' && error !== 'stopped' ? error : null,
    status == null ? null : `status ${status}`,
    began == null ? null : `began at ${milliseconds(began)}`,
    took == null ? null : `took ${milliseconds(took)}`,
  ].filter((fact) => fact !== null);
  return (
    <li>
      <span class="attempt-head"><strong>{target}</strong><Badge tone={tone}>{word}</Badge></span>
      <span class="quiet">{facts.length > 0 ? facts.join(' · ') : 'was not called'}</span>
      {reason && <span>{reason}</span>}
    </li>
  );
}
