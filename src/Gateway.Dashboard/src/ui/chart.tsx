import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { saveCsv } from './csv';
import { longDay } from './format';
import { colorOf, dataOf, optionsOf, type Chart } from './plot';
import { Table, type Column } from './table';

interface Props {
  title: string;
  chart: Chart;
  /** What the values are: "USD", "requests". Heads the table and the CSV. */
  unit: string;
  csv: string;
  tools?: preact.ComponentChildren;
}

/** A chart of days: values under the pointer or by the arrow keys, and the same numbers as a table or CSV. */
export function ChartCard({ title, chart, unit, csv, tools }: Props) {
  const [asTable, setAsTable] = useState(false);
  const toggle = (
    <div class="segments" role="group" aria-label="Shown as">
      <button type="button" aria-pressed={!asTable} onClick={() => setAsTable(false)}>Chart</button>
      <button type="button" aria-pressed={asTable} onClick={() => setAsTable(true)}>Table</button>
    </div>
  );
  const rows = rowsOf(chart);
  const columns = columnsOf(chart, unit);
  if (asTable) {
    return <Table caption={title} columns={columns} rows={rows} keyOf={(row) => row.day} csv={csv} tools={<>{tools}{toggle}</>} size={31} />;
  }

  return (
    <section class="card" aria-label={title}>
      <header class="card-head">
        <h2>{title}</h2>
        <div class="tools">
          {tools}
          {toggle}
          <button type="button" class="button small" onClick={() => saveCsv([columns.map((column) => column.label), ...rows.map((row) => columns.map((column) => column.value(row)))], csv)}>Save CSV</button>
        </div>
      </header>
      <Legend chart={chart} />
      <Plot title={title} chart={chart} />
    </section>
  );
}

interface Row {
  day: string;
  values: (number | null)[];
  before: number | null;
}

function rowsOf({ days, series, before }: Chart): Row[] {
  return days.map((day, at) => ({ day, values: series.map((one) => one.values[at] ?? null), before: before?.[at] ?? null }));
}

function columnsOf({ series, before, format }: Chart, unit: string): Column<Row>[] {
  const shown = (value: number | null) => (value === null ? '–' : format(value));
  return [
    { label: 'Day', value: (row) => row.day, show: (row) => longDay(row.day) },
    ...series.map((one, at): Column<Row> => ({ label: `${one.label} (${unit})`, numeric: true, value: (row) => row.values[at], show: (row) => shown(row.values[at] ?? null) })),
    ...(before ? [{ label: `Period before (${unit})`, numeric: true, value: (row: Row) => row.before, show: (row: Row) => shown(row.before) }] : []),
  ];
}

function Legend({ chart: { series, before } }: { chart: Chart }) {
  return series.length < 2 && !before ? null : (
    <ul class="legend" aria-hidden="true">
      {series.map(({ label }, at) => <li key={label}><i style={{ background: `var(${colorOf(at)})` }} />{label}</li>)}
      {before && <li><i class="dashed" />Period before</li>}
    </ul>
  );
}

function Plot({ title, chart }: { title: string; chart: Chart }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [hover, setHover] = useState<{ at: number; left: number } | null>(null);
  const hint = useId();
  const shape = JSON.stringify(chart);
  const scheme = useScheme();
  const data = useMemo(() => dataOf(chart), [shape]);
  useEffect(() => {
    const element = box.current!;
    const draw = () => {
      plot.current?.destroy();
      const size = { width: Math.max(200, element.clientWidth), height: element.clientWidth < 560 ? 220 : 280 };
      plot.current = new uPlot(optionsOf(chart, size, getComputedStyle(element), ({ cursor }) => {
        setHover(cursor.idx === null || cursor.idx === undefined || (cursor.left ?? -1) < 0 ? null : { at: cursor.idx, left: cursor.left! });
      }), data, element);
    };
    draw();
    let width = element.clientWidth;
    const watch = new ResizeObserver(() => {
      if (element.clientWidth !== width) {
        width = element.clientWidth;
        draw();
      }
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape, scheme]);

  const goTo = (at: number) => {
    const current = plot.current;
    if (current) {
      current.setCursor({ left: current.valToPos(data[0]![Math.max(0, Math.min(chart.days.length - 1, at))]!, 'x'), top: 0 });
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -chart.days.length, End: chart.days.length }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      goTo((hover?.at ?? (step > 0 ? -1 : chart.days.length)) + step);
    }
  };
  return (
    <div class="plot" tabIndex={0} role="group" aria-label={`${title}, chart`} aria-describedby={hint} onKeyDown={onKeyDown} onBlur={() => setHover(null)}>
      <p id={hint} class="unseen">The arrow keys go from day to day. The same numbers stand in the table.</p>
      <div ref={box} />
      {hover && <Tooltip chart={chart} at={hover.at} left={hover.left} width={plot.current?.over.clientWidth ?? 0} />}
    </div>
  );
}

function Tooltip({ chart: { days, series, kind, before, format }, at, left, width }: { chart: Chart; at: number; left: number; width: number }) {
  const values = series.map((one, index) => ({ label: one.label, value: one.values[at] ?? null, color: colorOf(index) }));
  const total = kind === 'bars' && series.length > 1 ? values.reduce((sum, { value }) => sum + (value ?? 0), 0) : null;
  const rightHalf = left > width / 2;
  return (
    <div class="tooltip" role="status" style={rightHalf ? { right: `${width - left + 28}px` } : { left: `${left + 76}px` }}>
      <strong>{longDay(days[at]!)}</strong>
      <dl>
        {values.filter(({ value }) => series.length < 3 || (value ?? 0) !== 0).map(({ label, value, color }) => (
          <div key={label}><dt><i style={{ background: `var(${color})` }} />{label}</dt><dd>{value === null ? '–' : format(value)}</dd></div>
        ))}
        {total !== null && <div class="total"><dt>All</dt><dd>{format(total)}</dd></div>}
        {before && <div><dt><i class="dashed" />Period before</dt><dd>{before[at] === null || before[at] === undefined ? '–' : format(before[at])}</dd></div>}
      </dl>
    </div>
  );
}

/** Charts are pixels: they are drawn anew when the colours change. */
function useScheme(): string {
  const query = useMemo(() => matchMedia('(prefers-color-scheme: dark)'), []);
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = () => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return dark ? 'dark' : 'light';
}
