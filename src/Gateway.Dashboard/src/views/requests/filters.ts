// What the list is narrowed to. All of it stands in the address, by the names that the gateway itself takes.
import { day, moment } from '../../ui/format';

export type Filters = Partial<Record<FilterName, string>>;
export type FilterName = (typeof filters)[number]['name'];

export const filters = [
  { name: 'status', label: 'Status' },
  { name: 'team', label: 'Team' },
  { name: 'key', label: 'Key' },
  { name: 'person', label: 'Person' },
  { name: 'requested_model', label: 'Asked-for model' },
  { name: 'model', label: 'Model' },
  { name: 'provider', label: 'Provider' },
  { name: 'client', label: 'Client' },
  { name: 'session', label: 'Session' },
  { name: 'tag', label: 'Tag' },
  { name: 'from', label: 'From' },
  { name: 'to', label: 'To' },
] as const;

export const statuses = [
  { value: '', label: 'All' },
  { value: '2xx', label: 'Answered', title: 'Status 2xx' },
  { value: '4xx', label: 'Refused', title: 'Status 4xx' },
  { value: '429', label: '429', title: 'Refused by a limit, the gateway’s or the provider’s' },
  { value: '5xx', label: 'Failed', title: 'Status 5xx' },
] as const;

/** Whole keys begin so. What follows the id is secret and must not reach the address. */
const keyPrefix = 'mgw_';

export function readFilters(parameters: URLSearchParams): Filters {
  return Object.fromEntries(filters.map(({ name }) => [name, parameters.get(name) ?? '']).filter(([, value]) => value !== ''));
}

export function chipsOf(given: Filters, keyName: (id: string) => string): { name: string; label: string; value: string }[] {
  return filters.flatMap(({ name, label }) => {
    const value = given[name];
    return value === undefined ? [] : [{ name, label, value: textOf(name, value, keyName) }];
  });
}

function textOf(name: FilterName, value: string, keyName: (id: string) => string): string {
  return name === 'key' ? keyName(value)
    : name === 'status' ? statuses.find((one) => one.value === value)?.label ?? value
    : name === 'from' || name === 'to' ? timeText(value)
    : value;
}

function timeText(value: string): string {
  return isDay(value) ? day(value) : Number.isNaN(Date.parse(value)) ? value : `${moment(value)} UTC`;
}

/** For a field of date and time, which knows no zone. A day as the end is included, a time is not. */
export function fieldTime(name: 'from' | 'to', value: string | undefined): string {
  if (!value) {
    return '';
  }

  const at = new Date(isDay(value) ? `${value}T00:00:00Z` : value);
  if (Number.isNaN(at.getTime())) {
    return '';
  }

  const moved = isDay(value) && name === 'to' ? new Date(at.getTime() + 86_400_000) : at;
  return moved.toISOString().slice(0, moved.getUTCSeconds() === 0 ? 16 : 19);
}

/** Back from the field: what it says is UTC. */
export function timeOfField(text: string): string {
  const at = new Date(`${text}Z`);
  return text === '' || Number.isNaN(at.getTime()) ? '' : `${at.toISOString().slice(0, 19)}Z`;
}

export function isWholeKey(text: string): boolean {
  return text.trim().toLowerCase().startsWith(keyPrefix);
}

/** The id within a whole key, or the text. */
export function keyIdIn(text: string): string {
  return isWholeKey(text) ? text.trim().slice(keyPrefix.length).split('_')[0] ?? '' : text;
}

/** Whether new requests can still come into the list. */
export function isOpen({ to }: Filters, now = Date.now()): boolean {
  return to === undefined || Date.parse(isDay(to) ? `${to}T23:59:59Z` : to) > now;
}

function isDay(text: string): boolean {
  return /^\d{4}-?\d\d-?\d\d$/.test(text);
}
