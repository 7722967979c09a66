import { useCopy } from './use-copy';

/** Copies a text that stands elsewhere, or nowhere, on the page. */
export function CopyButton({ label, text, name }: { label: string; text: string; name?: string }) {
  const { said, copy } = useCopy(text, 'The browser did not let it be copied');
  return (
    <span class="copy-button">
      <span role="status" class="quiet">{said}</span>
      <button type="button" class="button small" aria-label={name} onClick={copy}>{label}</button>
    </span>
  );
}
