import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useAction } from '../../ui/action';
import { moment } from '../../ui/format';
import { Field } from '../../ui/pieces';
import { plusDays, today } from '../overview/range';
import { FormFoot } from './form-foot';
import { problemOf, type Expiry, type KeyDraft } from './key-draft';
import { LimitsForm } from './limits-form';
import { Suggestions } from './suggestions';

const scopes: { name: string; says: string }[] = [
  { name: 'models', says: 'Calls models. Goes without saying where nothing is chosen, and with manage.' },
  { name: 'usage', says: 'Reads what its own team uses, its requests and its keys without their secrets.' },
  { name: 'usage:all', says: 'Reads the same of every team.' },
  { name: 'manage', says: 'Reads and changes everything here, and makes other keys. Give it to few, and let it expire.' },
];

interface Props {
  start: KeyDraft;
  /** For a key that is there: until when it works. It keeps its team for life. */
  existing?: { expiresAt: string | undefined };
  teams: string[];
  submit: string;
  back: string;
  onSubmit: (draft: KeyDraft) => Promise<void>;
}

/** Everything that can be said of a key, for a new one and for one that is there. */
export function KeyForm({ start, existing, teams, submit, back, onSubmit }: Props) {
  const [draft, setDraft] = useState(start);
  const [problem, setProblem] = useState<string | null>(null);
  const { busy, error, run } = useAction();
  const set = (changes: Partial<KeyDraft>) => setDraft((before) => ({ ...before, ...changes }));
  const send = (event: Event) => {
    event.preventDefault();
    const found = problemOf(draft);
    setProblem(found);
    if (found === null) {
      void run(() => onSubmit(draft));
    }
  };
  return (
    <form class="form" onSubmit={send}>
      <section class="card form-card" aria-label="Whose it is">
        <header><h2>Whose it is</h2></header>
        <div class="fields">
          {existing
            ? <div class="field"><span class="field-label">Team</span><span class="fixed">{draft.team}</span><span class="hint">A key keeps its team for life.</span></div>
            : <Field label="Team" hint="Pays for what the key uses. It cannot be changed later."><input type="text" required maxLength={64} list="key-teams" autocomplete="off" spellcheck={false} value={draft.team} onInput={(event) => set({ team: event.currentTarget.value })} /></Field>}
          <Field label="Name" hint="What the key is for: ci, laptop of Ada."><input type="text" autocomplete="off" value={draft.name} onInput={(event) => set({ name: event.currentTarget.value })} /></Field>
          <Field label="Owner" hint="Who answers for it: a name or an address."><input type="text" autocomplete="off" value={draft.owner} onInput={(event) => set({ owner: event.currentTarget.value })} /></Field>
          <ExpiryField draft={draft} existing={existing} set={set} />
        </div>
        <Suggestions id="key-teams" values={teams} />
      </section>
      <section class="card form-card" aria-label="What it may do">
        <header><h2>What it may do</h2></header>
        <div class="fields">
          <Field label="Models" hint={<>With commas; <code>*</code> stands for any text: <code>claude-*, gpt-5*</code>. Empty: every model.</>}><input type="text" autocomplete="off" spellcheck={false} value={draft.models} onInput={(event) => set({ models: event.currentTarget.value })} /></Field>
          <Field label="Providers" hint={<>With commas: <code>azure, anthropic</code>. Empty: every provider.</>}><input type="text" autocomplete="off" spellcheck={false} value={draft.providers} onInput={(event) => set({ providers: event.currentTarget.value })} /></Field>
        </div>
        <Scopes chosen={draft.scopes} onChange={(chosen) => set({ scopes: chosen })} />
        <Field label="Tags" hint={<>For reports, one a line: <code>env=dev</code></>}><textarea rows={2} spellcheck={false} value={draft.tags} onInput={(event) => set({ tags: event.currentTarget.value })} /></Field>
      </section>
      <LimitsForm draft={draft.limits} onChange={(limits) => set({ limits })} />
      <FormFoot submit={submit} back={back} busy={busy} problem={problem} error={error} />
    </form>
  );
}

function Scopes({ chosen, onChange }: { chosen: string[]; onChange: (chosen: string[]) => void }) {
  return (
    <fieldset>
      <legend>Scopes</legend>
      <div class="choices">
        {scopes.map(({ name, says }) => (
          <Choice key={name} label={name} says={says}>
            <input type="checkbox" checked={chosen.includes(name)} onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, name] : chosen.filter((one) => one !== name))} />
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}

export function Choice({ label, says, children }: { label: string; says: string; children: ComponentChildren }) {
  return <label class="choice">{children}<span><strong>{label}</strong><span class="hint">{says}</span></span></label>;
}

function ExpiryField({ draft: { expiry, date }, existing, set }: { draft: KeyDraft; existing: Props['existing'] | undefined; set: (changes: Partial<KeyDraft>) => void }) {
  return (
    <div class="field">
      <Field label="Expires" hint={expiry === 'date' ? 'When that day begins (UTC).' : undefined}>
        <select value={expiry} onChange={(event) => set({ expiry: event.currentTarget.value as Expiry })}>
          {existing?.expiresAt && <option value="keep">As it is: {moment(existing.expiresAt)} UTC</option>}
          <option value="never">Never</option>
          <option value="30">In 30 days</option>
          <option value="90">In 90 days</option>
          <option value="date">On a day</option>
        </select>
      </Field>
      {expiry === 'date' && <input type="date" required aria-label="Expires on" min={plusDays(today(), 1)} value={date} onInput={(event) => set({ date: event.currentTarget.value })} />}
    </div>
  );
}
