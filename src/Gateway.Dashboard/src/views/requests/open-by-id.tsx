import { useState } from 'preact/hooks';
import { link } from '../../ui/route';

/** Opens the receipt of an id that somebody has from an error or a log. */
export function OpenById({ parameters }: { parameters: Record<string, string> }) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const open = (event: Event) => {
    event.preventDefault();
    const id = text.trim();

    // Whatever else is pasted here, a key even, must not reach the address.
    const good = /^req_[\w-]{1,92}$/.test(id);
    setWrong(!good);
    if (good) {
      setText('');
      location.hash = link('requests', parameters, id);
    }
  };
  return (
    <form class="open-by-id" onSubmit={open}>
      <label class="inline">Request id <input type="text" value={text} placeholder="req_…" required autocomplete="off" spellcheck={false} aria-invalid={wrong} aria-describedby={wrong ? 'wrong-request-id' : undefined} onInput={(event) => { setText(event.currentTarget.value); setWrong(false); }} /></label>
      <button type="submit" class="button small">Open receipt</button>
      {wrong && <span id="wrong-request-id" class="hint" role="alert">An id begins with req_: answers and errors name it as request-id.</span>}
    </form>
  );
}
