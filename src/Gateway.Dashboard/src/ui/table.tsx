import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { saveCsv } from './csv';
import { count } from './format';

export interface Column<T> {
  /** What stands above it; also in the CSV. */
  label: string;
  /** What it is sorted by and what the CSV gets. */
  value: (row: T) => string | number | undefined | null;
  /** What is shown; the value, if not said otherwise. */
  show?: (row: T) => ComponentChildren;
  numeric?: boolean;
  /** Not shown on narrow screens. */
  wide?: boolean;
  /** Only to look at: the CSV does not have it. */
  visual?: boolean;
}

interface Props<T> {
  /** What the table is of: its caption. */
  caption: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  /** The name of the file; without it there is no CSV. */
  csv?: string;
  /** Stands in the head, beside the caption. */
  tools?: ComponentChildren;
  /** Instead of rows, when there are none. */
  empty?: ComponentChildren;
  /** Stands below the rows: more pages of the server's. */
  more?: ComponentChildren;
  /** Rows a page. */
  size?: number;
  rowClass?: (row: T) => string | undefined;
}

/** Rows that can be sorted, paged and saved. On a phone it scrolls within its card, never the page. */
export function Table<T>({ caption, columns, rows, keyOf, csv, tools, empty, more, size = 25, rowClass }: Props<T>) {
  const [sort, setSort] = useState<{ at: number; down: boolean } | null>(null);
  const [page, setPage] = useState(0);
  const sorted = sort === null ? rows : sortRows(rows, columns[sort.at]!.value, sort.down);
  const pages = Math.max(1, Math.ceil(sorted.length / size));
  const current = Math.min(page, pages - 1);
  const shown = sorted.slice(current * size, (current + 1) * size);
  const turnSort = (at: number) => {
    setSort((before) => (before?.at === at ? { at, down: !before.down } : { at, down: columns[at]!.numeric ?? false }));
    setPage(0);
  };

  return (
    <section class="card table-card" aria-label={caption}>
      <header class="card-head">
        <h2>{caption}</h2>
        <div class="tools">
          {tools}
          {csv !== undefined && rows.length > 0 && (
            <button type="button" class="button small" onClick={() => saveCsv([columns.filter((column) => !column.visual).map((column) => column.label), ...sorted.map((row) => columns.filter((column) => !column.visual).map((column) => column.value(row)))], csv)}>
              Save CSV
            </button>
          )}
        </div>
      </header>
      {rows.length === 0 ? (
        <div class="empty">{empty ?? 'Nothing here.'}</div>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label={`${caption}: rows`}>
          <table>
            <caption class="unseen">{caption}</caption>
            <thead>
              <tr>
                {columns.map((column, at) => (
                  <th key={column.label} scope="col" class={classOf(column)} aria-sort={sort?.at === at ? (sort.down ? 'descending' : 'ascending') : undefined}>
                    <button type="button" class="sort" onClick={() => turnSort(at)}>
                      {column.label}
                      <span aria-hidden="true" class="arrow">{sort?.at === at ? (sort.down ? '↓' : '↑') : ''}</span>
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={keyOf(row)} class={rowClass?.(row)}>
                  {columns.map((column, at) => (at === 0 ? <th key={column.label} scope="row" class={classOf(column)}>{cellOf(column, row)}</th> : <td key={column.label} class={classOf(column)}>{cellOf(column, row)}</td>))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(pages > 1 || more) && (
        <footer class="card-foot">
          {pages > 1 && (
            <nav class="pager" aria-label={`${caption}: pages`}>
              <button type="button" class="button small" disabled={current === 0} onClick={() => setPage(current - 1)}>Previous</button>
              <span>{count(current * size + 1)}–{count(Math.min(sorted.length, (current + 1) * size))} of {count(sorted.length)}</span>
              <button type="button" class="button small" disabled={current === pages - 1} onClick={() => setPage(current + 1)}>Next</button>
            </nav>
          )}
          {more}
        </footer>
      )}
    </section>
  );
}

function classOf<T>(column: Column<T>): string | undefined {
  return [column.numeric && 'numeric', column.wide && 'wide'].filter(Boolean).join(' ') || undefined;
}

function cellOf<T>(column: Column<T>, row: T): ComponentChildren {
  return column.show ? column.show(row) : column.value(row) ?? '–';
}

/** What has no value stands last, whichever way. */
function sortRows<T>(rows: T[], value: Column<T>['value'], down: boolean): T[] {
  return rows.toSorted((left, right) => {
    const [a, b] = [value(left) ?? null, value(right) ?? null];
    if (a === null || b === null) {
      return a === b ? 0 : a === null ? 1 : -1;
    }

    const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
    return down ? -order : order;
  });
}
