import { useState } from 'preact/hooks';
import { link } from '../../ui/route';

/** Ids of before do not say when their request began: then the day finds it. */
export function FindByDay({ id, day, parameters }: { id: string; day: string | undefined; parameters: Record<string, string> }) {
  const [text, setText] = useState(day ?? '');
  return (
    <form class="custom" onSubmit={(event) => { event.preventDefault(); location.hash = link('requests', { ...parameters, day: text }, id); }}>
      <label>It began on (UTC) <input type="date" required value={text} onInput={(event) => setText(event.currentTarget.value)} /></label>
      <button type="submit" class="button small">Look there</button>
    </form>
  );
}
