import { useEffect, useRef, useState } from 'preact/hooks';
import { withoutSecrets } from '../../ui/secrets';

const pause = 300;

/** A field that searches when one stops typing. Of a whole key that is pasted only the id stays: secrets do not go into addresses. */
export function Search({ value, label, placeholder, onSearch }: { value: string; label: string; placeholder: string; onSearch: (text: string | undefined) => void }) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) {
      return;
    }

    const timer = setTimeout(() => {
      sent.current = wanted;
      onSearch(wanted || undefined);
    }, pause);
    return () => clearTimeout(timer);
  }, [text]);
  return <input type="search" aria-label={label} placeholder={placeholder} spellcheck={false} autocomplete="off" value={text} onInput={(event) => setText(withoutSecrets(event.currentTarget.value))} />;
}
