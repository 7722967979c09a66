import { save } from '../api/client';

/** A text that a spreadsheet would run as a formula begins with an apostrophe, as in the gateway's own CSV. */
function cell(value: string | number | undefined | null): string {
  if (typeof value === 'number') {
    return String(value);
  }

  const text = /^[=+\-@\t\r]/.test(value ?? '') ? `'${value}` : value ?? '';
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(rows: (string | number | undefined | null)[][]): string {
  return rows.map((row) => row.map(cell).join(',') + '\r\n').join('');
}

export function saveCsv(rows: (string | number | undefined | null)[][], name: string): void {
  save(new Blob([csv(rows)], { type: 'text/csv;charset=utf-8' }), name);
}
