// Small pieces that several views show.
import type { ComponentChildren } from 'preact';
import { percent, usd } from './format';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'info';

/** A word with a colour; the word alone says it all. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** Which part of a budget is used, 1 for all; a budget of nothing is used up. */
export function shareOf(spent: number, budget: number): number {
  return budget > 0 ? spent / budget : 1;
}

/** How much of a budget is used up. */
export function Meter({ spent, budget, label }: { spent: number; budget: number; label: string }) {
  const share = shareOf(spent, budget);
  const tone = share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : 'good';
  return (
    <div class="meter">
      <div class={`track ${tone}`} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.min(100, Math.round(share * 100))} aria-valuetext={`${usd(spent)} of ${usd(budget)}, ${percent(share)}`}>
        <div style={{ width: `${Math.min(100, share * 100)}%` }} />
      </div>
      <span class="meter-text"><span>{usd(spent)} of {usd(budget)}</span><span>{percent(Math.floor(share * 100) / 100)}</span></span>
    </div>
  );
}

/** A number with its name, and how it was in the period before. */
export function Stat({ label, value, note, change, selected, onSelect }: {
  label: string;
  value: string;
  note?: ComponentChildren;
  change?: ComponentChildren;
  selected?: boolean;
  onSelect?: () => void;
}) {
  const content = (
    <>
      <span class="stat-label">{label}</span>
      <span class="stat-value">{value}</span>
      <span class="stat-note">{change}{note && <span>{note}</span>}</span>
    </>
  );
  return onSelect
    ? <button type="button" class="card stat" aria-pressed={selected} onClick={onSelect}>{content}</button>
    : <div class="card stat">{content}</div>;
}

/** Against the period before. More is neither good nor bad by itself, so the caller says which. */
export function Change({ now, before, good = 'neither' }: { now: number | undefined; before: number | undefined; good?: 'more' | 'less' | 'neither' }) {
  if (now === undefined || before === undefined || before === 0) {
    return null;
  }

  const change = now / before - 1;
  const flat = Math.abs(change) < 0.005;
  const tone = flat || good === 'neither' ? 'quiet' : change > 0 === (good === 'more') ? 'good' : 'bad';
  return (
    <span class={`change ${tone}`}>
      <span aria-hidden="true">{flat ? '→' : change > 0 ? '↑' : '↓'}</span>
      <span class="unseen">{flat ? 'unchanged' : change > 0 ? 'up' : 'down'}</span>
      {flat ? '' : ` ${percent(Math.abs(change))}`}
    </span>
  );
}

/** What a view is narrowed to, each with a way to take it away. */
export function Chips({ filters, onRemove }: { filters: { name: string; label: string; value: string }[]; onRemove: (name: string) => void }) {
  return filters.length === 0 ? null : (
    <ul class="chips" aria-label="Filters">
      {filters.map(({ name, label, value }) => (
        <li key={name} class="chip">
          <span>{label}: <strong>{value}</strong></span>
          <button type="button" aria-label={`Remove the filter ${label}: ${value}`} onClick={() => onRemove(name)}>✕</button>
        </li>
      ))}
    </ul>
  );
}

export function Field({ label, hint, children }: { label: string; hint?: ComponentChildren; children: ComponentChildren }) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      {children}
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}

export function PageHead({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <h1 tabIndex={-1}>{title}</h1>
      <div class="tools">{children}</div>
    </header>
  );
}
