// Numbers as people read them. Units stand with every number.
const locale = 'en';

/** The day before the month. */
const dates = 'en-GB';
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const cents = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' });
const dollars = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 });
const date = new Intl.DateTimeFormat(dates, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const fullDate = new Intl.DateTimeFormat(dates, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const time = new Intl.DateTimeFormat(dates, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
const shortTime = new Intl.DateTimeFormat(dates, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });

export const none = '–';

export function count(value: number): string {
  return whole.format(value);
}

/** 1,234 as it is; 12,345,678 as 12.3M. */
export function short(value: number): string {
  return Math.abs(value) < 10_000 ? whole.format(value) : compact.format(value);
}

/** Cents, and finer where there are less than one. */
export function usd(value: number): string {
  return value !== 0 && Math.abs(value) < 0.01 ? fine.format(value) : cents.format(value);
}

/** On an axis or a card: no cents where thousands stand. */
export function shortUsd(value: number): string {
  return Math.abs(value) >= 100_000 ? `$${compact.format(value)}` : Math.abs(value) >= 1000 ? dollars.format(value) : usd(value);
}

export function milliseconds(value: number | undefined | null): string {
  if (value === undefined || value === null) {
    return none;
  }

  const seconds = Math.round(value / 1000);
  return value < 999.5 ? `${Math.round(value)} ms`
    : value < 59_950 ? `${(value / 1000).toFixed(value < 9_995 ? 2 : 1)} s`
    : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Of a share from 0 to 1. */
export function percent(share: number): string {
  return !Number.isFinite(share) ? none : `${(share * 100).toFixed(share !== 0 && Math.abs(share) < 0.1 ? 1 : 0)} %`;
}

/** 2026-11-29 as 29 Nov. */
export function day(text: string): string {
  return date.format(new Date(`${text}T00:00:00Z`));
}

export function longDay(text: string): string {
  return fullDate.format(new Date(`${text.slice(0, 10)}T00:00:00Z`));
}

/** A moment, in UTC as everything here. */
export function moment(text: string | undefined | null): string {
  return text ? `${date.format(new Date(text))}, ${time.format(new Date(text))}` : none;
}

export function clock(at: Date): string {
  return `${shortTime.format(at)} UTC`;
}

/** "3 hours ago"; the moment itself belongs into a title. */
export function ago(text: string | undefined | null, now = Date.now()): string {
  if (!text) {
    return none;
  }

  const seconds = Math.round((now - new Date(text).getTime()) / 1000);
  const past = seconds >= 0;
  const [value, unit] = spanOf(Math.abs(seconds));
  return value === 0 ? 'just now' : past ? `${value} ${unit} ago` : `in ${value} ${unit}`;
}

function spanOf(seconds: number): [number, string] {
  const steps: [number, string][] = [[86_400, 'day'], [3_600, 'hour'], [60, 'minute'], [1, 'second']];
  const [size, name] = steps.find(([length]) => seconds >= length) ?? [1, 'second'];
  const value = seconds < 5 ? 0 : Math.floor(seconds / size);
  return [value, value === 1 ? name : `${name}s`];
}
