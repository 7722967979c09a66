// Details of changes as people read them. The gateway writes "was -> becomes", both as JSON; other details are plain.
import { moment } from '../../ui/format';

export function detailsOf(details: Record<string, string>): { name: string; text: string }[] {
  return Object.entries(details).map(([name, value]) => ({ name: spaced(name), text: value.split(' -> ').map(wordsOf).join(' → ') }));
}

/** A moment as the gateway writes it. */
const moments = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(Z|[+-]\d\d:\d\d)$/;

function wordsOf(text: string): string {
  if (moments.test(text)) {
    return `${moment(text)} UTC`;
  }

  try {
    return say(JSON.parse(text));
  } catch {
    return text;
  }
}

function say(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map(say).join(', ');
  }

  if (typeof value !== 'object' || value === null) {
    return value === null || value === '' ? 'none' : typeof value === 'string' && moments.test(value) ? `${moment(value)} UTC` : String(value);
  }

  const { mode, value: rate, usd, model, ...rest } = value as Record<string, unknown>;
  const own = rate !== undefined ? say(rate) : usd !== undefined ? `${say(usd)} USD` : null;
  if (own !== null) {
    return mode === 'shadow' ? `${own} (only reported)` : own;
  }

  const parts = Object.entries(rest).map(([name, part]) => (name === 'models' && Array.isArray(part) ? say(part) : `${spaced(name)} ${say(part)}`));
  return model !== undefined ? `for ${say(model)}: ${parts.join(', ')}` : parts.length === 0 ? 'none' : parts.join(', ');
}

function spaced(name: string): string {
  return name.replaceAll('_', ' ');
}
