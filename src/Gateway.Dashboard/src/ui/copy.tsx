import { useCopy } from './use-copy';

/** Lines to paste, with a button that copies them. */
export function Copy({ label, text, secret }: { label: string; text: string; secret?: boolean }) {
  const { said, copy } = useCopy(text, 'Not copied: select the text and copy it by hand');
  return (
    <div class={secret ? 'copy secret' : 'copy'}>
      <div class="copy-head">
        <span>{label}</span>
        <span>
          <span role="status" class="quiet">{said}</span>{' '}
          <button type="button" class="button small" aria-label={`Copy: ${label}`} onClick={copy}>Copy</button>
        </span>
      </div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
