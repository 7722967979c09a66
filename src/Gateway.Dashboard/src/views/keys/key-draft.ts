// A key as it is typed, and what is sent of it.
import type { Key } from '../../api/types';
import { changeOf, draftOf, problemOf as limitProblem, type LimitChange, type LimitDraft } from './limit-draft';

export type Expiry = 'keep' | 'never' | '30' | '90' | 'date';

export interface KeyDraft {
  team: string;
  name: string;
  owner: string;
  /** Patterns with commas or spaces between them. */
  models: string;
  providers: string;
  scopes: string[];
  expiry: Expiry;
  date: string;
  /** A line each: env=dev. */
  tags: string;
  limits: LimitDraft;
}

export interface KeyChange {
  team?: string;
  name?: string | null;
  owner?: string | null;
  models?: string[] | null;
  providers?: string[] | null;
  scopes?: string[] | null;
  expires_at?: string | null;
  tags?: Record<string, string> | null;
  limits?: LimitChange;
}

const millisecondsOfDay = 86_400_000;
const noLimits = draftOf({});

export function emptyDraft(team: string): KeyDraft {
  return { team, name: '', owner: '', models: '', providers: '', scopes: [], expiry: 'never', date: '', tags: '', limits: noLimits };
}

export function draftOfKey(key: Key): KeyDraft {
  return {
    team: key.team,
    name: key.name ?? '',
    owner: key.owner ?? '',
    models: key.models.join(', '),
    providers: key.providers.join(', '),
    scopes: key.scopes,
    expiry: key.expires_at ? 'keep' : 'never',
    date: '',
    tags: Object.entries(key.tags).map(([name, value]) => `${name}=${value}`).join('\n'),
    limits: draftOf(key.limits),
  };
}

/** What cannot be sent at all. Everything else the gateway judges, in words of its own. */
export function problemOf(draft: KeyDraft): string | null {
  const tag = linesOf(draft.tags).find((line) => !/^[^=]+=/.test(line));
  return tag !== undefined ? `A tag has a name and a value, such as env=dev. This has not: ${tag}` : limitProblem(draft.limits);
}

/** What is given, and nothing else: for a key that is made. */
export function newKeyOf(draft: KeyDraft): KeyChange {
  return { team: draft.team.trim(), ...updateOf(emptyDraft(draft.team), draft) };
}

/** What changed, and nothing else; null clears. */
export function updateOf(before: KeyDraft, after: KeyDraft): KeyChange {
  const change: KeyChange = {};
  for (const name of ['name', 'owner'] as const) {
    if (after[name].trim() !== before[name].trim()) {
      change[name] = after[name].trim() || null;
    }
  }

  for (const name of ['models', 'providers'] as const) {
    if (!same(listOf(after[name]), listOf(before[name]))) {
      change[name] = orNull(listOf(after[name]));
    }
  }

  if (!same(after.scopes.toSorted(), before.scopes.toSorted())) {
    change.scopes = orNull(after.scopes);
  }

  if (after.expiry !== 'keep' && (after.expiry !== 'never' || before.expiry === 'keep')) {
    change.expires_at = expiryOf(after);
  }

  if (!same(linesOf(after.tags), linesOf(before.tags))) {
    change.tags = linesOf(after.tags).length > 0 ? tagsOf(after.tags) : null;
  }

  const limits = changeOf(before.limits, after.limits);
  return limits === undefined ? change : { ...change, limits };
}

/** A day means its beginning (UTC). */
function expiryOf({ expiry, date }: KeyDraft): string | null {
  return expiry === 'date' ? date : expiry === '30' || expiry === '90' ? new Date(Date.now() + Number(expiry) * millisecondsOfDay).toISOString() : null;
}

function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

function tagsOf(text: string): Record<string, string> {
  return Object.fromEntries(linesOf(text).map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]));
}

function orNull(list: string[]): string[] | null {
  return list.length > 0 ? list : null;
}

function same(left: string[], right: string[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
