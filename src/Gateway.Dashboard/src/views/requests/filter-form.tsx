import { useEffect, useState } from 'preact/hooks';
import type { Receipt } from '../../api/types';
import { useMe } from '../../session/session';
import { Field } from '../../ui/pieces';
import { knownKeyNames } from '../key-names';
import { fieldTime, filters, isWholeKey, keyIdIn, timeOfField, type FilterName, type Filters } from './filters';

interface Props {
  given: Filters;
  /** What is on the page: its names are proposed. */
  rows: Receipt[];
  onShow: (filters: Filters) => void;
  onClose: () => void;
}

const hints: Partial<Record<FilterName, string>> = {
  status: 'One such as 404, or a class such as 4xx',
  key: 'By its name or id',
  requested_model: 'claude-* for all that begin so',
  model: 'What answered; * for any text',
  person: 'As their token names them',
  tag: 'ticket=ABC-1, or ticket for any value',
};

/** All that the list can be narrowed to. Nothing is asked for before Show. */
export function FilterForm({ given, rows, onShow, onClose }: Props) {
  const me = useMe();
  const [fields, setFields] = useState<Record<string, string>>({});
  const [wrong, setWrong] = useState<string | null>(null);
  const names = knownKeyNames(me);
  const address = JSON.stringify(given);
  useEffect(() => {
    setFields({ ...given, key: given.key ? nameOf(given.key, names) : '', from: fieldTime('from', given.from), to: fieldTime('to', given.to) });
    setWrong(null);
  }, [address]);

  const submit = (event: Event) => {
    event.preventDefault();
    const [next, problem] = read(fields, names);
    setWrong(problem);
    if (problem === null) {
      onShow(next);
    }
  };
  const shown = filters.filter(({ name }) => name !== 'team' || me.sees === 'all');
  return (
    <form class="card filter-form" aria-label="Filters" onSubmit={submit}>
      <div class="fields">
        {shown.map(({ name, label }) => (
          <Field key={name} label={isTime(name) ? `${label} (UTC)` : label} hint={hints[name]}>
            <input
              name={name}
              type={isTime(name) ? 'datetime-local' : 'text'}
              value={fields[name] ?? ''}
              list={isTime(name) ? undefined : `known-${name}`}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => setFields({ ...fields, [name]: event.currentTarget.value })}
            />
          </Field>
        ))}
      </div>
      {shown.filter(({ name }) => !isTime(name)).map(({ name }) => (
        <datalist key={name} id={`known-${name}`}>{proposals(name, rows, names).map((value) => <option key={value} value={value} />)}</datalist>
      ))}
      {wrong && <p class="notice bad" role="alert">{wrong}</p>}
      <div class="dialog-actions">
        <button type="button" class="button plain" onClick={onClose}>Close</button>
        <button type="submit" class="button primary">Show</button>
      </div>
    </form>
  );
}

function isTime(name: FilterName): name is 'from' | 'to' {
  return name === 'from' || name === 'to';
}

/** The name, if no other key has the same. */
function nameOf(id: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(id);
  return name && idsOf(name, names).length === 1 ? name : id;
}

function idsOf(name: string, names: ReadonlyMap<string, string>): string[] {
  return [...names].filter(([, one]) => one === name).map(([id]) => id);
}

function read(fields: Record<string, string>, names: ReadonlyMap<string, string>): [Filters, string | null] {
  const next: Filters = {};
  for (const { name } of filters) {
    const text = (fields[name] ?? '').trim();
    if (text === '') {
      continue;
    }

    if (name !== 'key' && isWholeKey(text)) {
      return [next, 'That is a whole key, and secret: it stays out of the address. Filter by the key’s name or id.'];
    }

    next[name] = isTime(name) ? timeOfField(text) : name === 'key' ? keyOf(text, names) : text;
  }

  const ids = next.key === undefined || names.has(next.key) ? [] : idsOf(next.key, names);
  return ids.length > 1 ? [next, `Several keys are called “${next.key}”: ${ids.join(', ')}. Take one of these ids.`]
    : next.from && next.to && next.from >= next.to ? [next, 'From does not lie before to.']
    : [next, null];
}

function keyOf(text: string, names: ReadonlyMap<string, string>): string {
  const ids = names.has(text) ? [text] : idsOf(text, names);
  return ids.length === 1 ? ids[0]! : ids.length > 1 ? text : keyIdIn(text);
}

function proposals(name: FilterName, rows: Receipt[], names: ReadonlyMap<string, string>): string[] {
  const values = name === 'key' ? [...names].map(([id]) => nameOf(id, names)) : rows.flatMap((row) => seen[name]?.(row) ?? []);
  return [...new Set(values.filter((value) => value !== null))].sort();
}

const seen: Partial<Record<FilterName, (row: Receipt) => string[] | string | null>> = {
  status: () => ['2xx', '4xx', '429', '5xx'],
  team: (row) => row.credential?.team ?? null,
  person: (row) => row.credential?.person ?? null,
  requested_model: (row) => row.model.requested,
  model: (row) => row.model.used,
  provider: (row) => row.model.provider,
  client: (row) => row.client,
  tag: (row) => Object.entries(row.tags).map(([tag, value]) => `${tag}=${value.replaceAll(',', '\\,')}`),
};
