import type { Attempt, Receipt } from '../../api/types';
import { milliseconds as coarse } from '../../ui/format';
import { attemptBadge } from './outcome';

interface Span {
  name: string;
  /** Milliseconds since the request came in; a moment has no end. */
  from: number;
  to: number | null;
  tone: 'gateway' | 'good' | 'bad' | 'answer' | 'moment';
}

const marks = [0, 0.25, 0.5, 0.75, 1];

/** All that happened on one axis, from the request's coming in to its end. The same stands there in numbers. */
export function Timeline({ receipt }: { receipt: Receipt }) {
  const spans = spansOf(receipt);
  const end = Math.max(receipt.timings.total_ms, ...spans.map(({ from, to }) => to ?? from), 1);
  return (
    <div class="timeline">
      <ol>
        {spans.map((span, at) => (
          <li key={at}>
            <span class="timeline-name">{span.name}</span>
            <span class="timeline-track" aria-hidden="true"><span class={span.tone} style={placeOf(span, end)} /></span>
            <span class="timeline-time">{textOf(span)}</span>
          </li>
        ))}
      </ol>
      <div class="timeline-axis" aria-hidden="true"><span />{<span class="timeline-marks">{marks.map((mark) => <span key={mark} style={{ left: `${mark * 100}%` }}>{milliseconds(end * mark)}</span>)}</span>}<span /></div>
    </div>
  );
}

function spansOf({ timings: { first_try_ms: tried, first_byte_ms: began, first_event_ms: sent, total_ms: total }, attempts }: Receipt): Span[] {
  const calls = attempts.filter((attempt) => attempt.started_ms != null);
  return [
    { name: tried === null ? 'Accepted and answered' : 'Accepted and checked', from: 0, to: tried ?? total, tone: 'gateway' },
    ...calls.map((attempt): Span => ({ name: callName(attempt, calls), from: attempt.started_ms!, to: attempt.started_ms! + (attempt.duration_ms ?? 0), tone: attempt.error === null ? 'good' : 'bad' })),
    ...(began === null ? [] : [{ name: 'First byte of the provider', from: began, to: null, tone: 'moment' } as const]),
    ...(sent === null ? [] : [{ name: 'Answer sent to the client', from: sent, to: total, tone: 'answer' } as const]),
    { name: 'End', from: total, to: null, tone: 'moment' },
  ];
}

function callName(attempt: Attempt, calls: Attempt[]): string {
  return `${calls.length > 1 ? `${calls.indexOf(attempt) + 1}. ` : ''}${attempt.target}${attempt.error === null ? '' : `, ${attemptBadge(attempt).word.toLowerCase()}`}`;
}

function placeOf({ from, to }: Span, end: number): Record<string, string> {
  const share = (value: number) => `${Math.min(100, (value / end) * 100)}%`;
  return to === null ? { left: share(from) } : { left: share(from), width: share(Math.max(0, to - from)) };
}

function textOf({ from, to }: Span): string {
  return to === null ? `at ${milliseconds(from)}` : `${milliseconds(from)} to ${milliseconds(to)}`;
}

/** What the gateway does alone takes a few milliseconds: those differ by tenths. */
function milliseconds(value: number): string {
  return value > 0 && value < 10 ? `${value.toFixed(1)} ms` : coarse(value);
}
