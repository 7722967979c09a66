// What usage is added up by, and what it can be narrowed to.
import type { Me, UsageRow } from '../../api/types';

export interface Dimension {
  name: 'team' | 'key' | 'person' | 'model' | 'provider' | 'client' | 'requested_model' | 'tag';
  label: string;
  /** How the gateway is asked for it. */
  by: (tag: string) => string;
  /** What a row is of; null for the requests that have none. */
  value: (row: UsageRow) => string | null;
  /** The filter that shows this row alone; null where there is none. */
  filter: (row: UsageRow, tag: string) => Record<string, string> | null;
}

const plain = (name: Exclude<Dimension['name'], 'tag' | 'key' | 'model'>, label: string): Dimension => ({
  name,
  label,
  by: () => name,
  value: (row) => row[name] ?? null,
  filter: (row) => (row[name] ? { [name]: row[name] } : null),
});

export const dimensions: Dimension[] = [
  plain('team', 'Team'),
  { name: 'key', label: 'Key', by: () => 'key', value: (row) => row.key_id ?? null, filter: (row) => (row.key_id ? { key: row.key_id } : null) },
  { ...plain('person', 'Person'), value: (row) => row.person ?? row.key_id ?? null },
  { name: 'model', label: 'Model', by: () => 'model', value: (row) => row.model ?? null, filter: (row) => (row.model ? { model: row.model } : null) },
  plain('provider', 'Provider'),
  plain('requested_model', 'Asked-for model'),
  plain('client', 'Client'),
  {
    name: 'tag', label: 'Tag', by: (tag) => `tag:${tag}`, value: (row) => row.tag ?? null,
    filter: (row, tag) => (row.tag && row.tag !== '(other)' ? { tag: `${tag}=${row.tag.replaceAll(',', '\\,')}` } : null),
  },
];

/** The names of the filters in the address; the gateway takes the same. */
export const filterNames = ['team', 'key', 'person', 'model', 'provider', 'requested_model', 'client', 'tag'] as const;

export function readFilters(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(filterNames.map((name) => [name, parameters.get(name) ?? '']).filter(([, value]) => value !== ''));
}

export function labelOf(name: string): string {
  return dimensions.find((one) => one.name === name)?.label ?? name;
}

/** Who sees one team needs no list of teams first; who sees itself has models only. */
export function dimensionsFor({ sees }: Me): Dimension[] {
  return sees === 'own' ? dimensions.filter((one) => one.name === 'model') : dimensions;
}

export function readDimension(name: string | null, me: Me): Dimension {
  const open = dimensionsFor(me);
  return open.find((one) => one.name === name) ?? open.find((one) => one.name === (me.sees === 'all' ? 'team' : 'model'))!;
}
