import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** For more than a question; or at the side of what it belongs to, as high as the page. */
  look?: 'wide' | 'panel';
  /** Only its buttons close it: what it shows is shown once. */
  sticky?: boolean;
}

/** The browser's own dialog: it keeps the focus within, closes with Escape and gives the focus back. */
export function Dialog({ title, onClose, children, look, sticky }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current!;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      // What opened it may be gone, as after a dialog that follows another.
      const back = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : document.querySelector<HTMLElement>('h1');
      back?.focus({ preventScroll: look === 'panel' });
    };
  }, []);

  return (
    <dialog
      ref={element}
      class={look}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        if (!sticky) {
          onClose();
        }
      }}
      onClose={() => {
        // A browser lets no page hold a dialog open against a second Escape. What is shown once opens again.
        if (element.current?.isConnected && !element.current.open) {
          if (sticky) {
            element.current.showModal();
          } else {
            onClose();
          }
        }
      }}
      onClick={(event) => {
        if (!sticky && event.target === element.current) {
          onClose();
        }
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id={heading}>{title}</h2>
          {!sticky && <button type="button" class="button plain" aria-label="Close" onClick={onClose}>✕</button>}
        </header>
        {children}
      </div>
    </dialog>
  );
}
