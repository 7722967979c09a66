import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { setParameters } from '../../ui/route';
import { isDay, today } from '../overview/range';

const names = ['actor', 'action', 'target', 'since'] as const;

export type AuditFilter = Partial<Record<(typeof names)[number], string>>;

const actions: Record<string, string> = {
  'key.create': 'Key made',
  'key.update': 'Key changed',
  'key.rotate': 'Key rotated',
  'key.revoke': 'Key revoked',
  'team.set': 'Team limits set',
  'team.remove': 'Team limits removed',
  'issuer.add': 'Issuer added',
  'issuer.remove': 'Issuer removed',
  'learned.clear': 'Lessons forgotten',
};

/** Of another version of the gateway there may be others: they stand as they are. */
export function labelOfAction(action: string): string {
  return actions[action] ?? action;
}

/** What stands in the address; a day that is none is left out. */
export function readAuditFilters(parameters: URLSearchParams): AuditFilter {
  return Object.fromEntries(names.flatMap((name) => {
    const value = parameters.get(name);
    return value && (name !== 'since' || isDay(value)) ? [[name, value]] : [];
  }));
}

/** All four at once, by the button or Enter; what is asked for stands in the address. */
export function AuditFilters({ filters }: { filters: AuditFilter }) {
  const [draft, setDraft] = useState(filters);
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => setDraft(filters), [JSON.stringify(filters)]);
  const set = (name: keyof AuditFilter) => (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [name]: event.currentTarget.value.trim() });
  const show = (event: Event) => {
    event.preventDefault();
    setParameters(Object.fromEntries(names.map((name) => [name, draft[name] || undefined])));
  };
  const clear = () => {
    setDraft({});
    setParameters(Object.fromEntries(names.map((name) => [name, undefined])));
    form.current?.querySelector('input')?.focus();
  };
  const choices = filters.action && !(filters.action in actions) ? [...Object.keys(actions), filters.action] : Object.keys(actions);
  return (
    <form ref={form} class="audit-filters" aria-label="Filters" onSubmit={show}>
      <div><label for={`${id}-since`}>Since</label><input id={`${id}-since`} type="date" max={today()} value={draft.since ?? ''} onInput={set('since')} /></div>
      <div><label for={`${id}-action`}>Change</label><select id={`${id}-action`} value={draft.action ?? ''} onChange={set('action')}><option value="">All changes</option>{choices.map((action) => <option key={action} value={action}>{labelOfAction(action)}</option>)}</select></div>
      <div><label for={`${id}-actor`}>Who</label><input id={`${id}-actor`} type="text" value={draft.actor ?? ''} spellcheck={false} placeholder="key id or name" onInput={set('actor')} /></div>
      <div><label for={`${id}-target`}>Target</label><input id={`${id}-target`} type="text" value={draft.target ?? ''} spellcheck={false} placeholder="key id, team, target" onInput={set('target')} /></div>
      <button type="submit" class="button small">Show</button>
      {Object.keys(filters).length > 0 && <button type="button" class="button small plain" onClick={clear}>Clear filters</button>}
    </form>
  );
}
