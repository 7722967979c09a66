import { useEffect, useState } from 'preact/hooks';
import { setParameters } from '../../ui/route';
import { daysBetween, isDay, rangeNames, today, type Range } from './range';

/** Today, 7, 30, 90 days, or days of one's own. */
export function RangePicker({ range }: { range: Range }) {
  const [custom, setCustom] = useState(range.name === 'custom');
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  // The back button changes the range, too.
  useEffect(() => {
    setCustom(range.name === 'custom');
    setFrom(range.from);
    setTo(range.to);
  }, [range.name, range.from, range.to]);
  const wrong = !isDay(from) || !isDay(to) ? 'Both days are needed.' : from > to ? 'The first day lies after the last.' : daysBetween({ from, to }) > 366 ? 'A year at most.' : null;
  return (
    <div class="range">
      <div class="segments" role="group" aria-label="Days">
        {rangeNames.map(({ name, label }) => (
          <button key={name} type="button" aria-pressed={!custom && range.name === name} onClick={() => { setCustom(false); setParameters({ range: name, from: undefined, to: undefined }); }}>{label}</button>
        ))}
        <button type="button" aria-pressed={custom} aria-expanded={custom} onClick={() => { setFrom(range.from); setTo(range.to); setCustom(true); }}>Custom</button>
      </div>
      {custom && (
        <form class="custom" onSubmit={(event) => { event.preventDefault(); if (!wrong) { setParameters({ range: 'custom', from, to }); } }}>
          <label>From <input type="date" required value={from} max={today()} onInput={(event) => setFrom(event.currentTarget.value)} /></label>
          <label>to <input type="date" required value={to} max={today()} onInput={(event) => setTo(event.currentTarget.value)} /></label>
          <button type="submit" class="button small" disabled={wrong !== null}>Show</button>
          {wrong && <span role="status" class="hint">{wrong}</span>}
        </form>
      )}
    </div>
  );
}
