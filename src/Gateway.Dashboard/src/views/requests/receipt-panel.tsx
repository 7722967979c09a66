import { useEffect, useId, useRef } from 'preact/hooks';
import { get } from '../../api/client';
import { useLoad } from '../../api/load';
import type { Receipt } from '../../api/types';
import { link } from '../../ui/route';
import { Failure, Skeleton } from '../../ui/states';
import { FindByDay } from './find-by-day';
import { Story } from './story';

interface Props {
  id: string;
  /** The day that the address names, for ids that do not say it. */
  day: string | undefined;
  /** Of the list behind it. */
  parameters: Record<string, string>;
  keyName: (id: string) => string;
}

/** One request's story at the side of the list; the browser's own dialog, which Escape closes. */
export function ReceiptPanel({ id, day, parameters, keyName }: Props) {
  const { data, error, reload } = useLoad(JSON.stringify([id, day]), (signal) => get<Receipt>(`/manage/requests/${encodeURIComponent(id)}`, { day }, signal));
  const close = () => { location.hash = link('requests', parameters); };
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current!;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      const back = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.querySelector<HTMLElement>('h1');
      back?.focus({ preventScroll: true });
    };
  }, []);

  return (
    <dialog
      ref={element}
      class="receipt"
      aria-labelledby={heading}
      onCancel={(event) => { event.preventDefault(); close(); }}
      onClick={(event) => { if (event.target === element.current) { close(); } }}
    >
      <div class="receipt-body">
        <header>
          <h2 id={heading}>Receipt</h2>
          <button type="button" class="button plain" aria-label="Close the receipt" onClick={close}>✕</button>
        </header>
        {error && <Failure error={error} retry={reload} />}
        {error?.status === 404 && <FindByDay id={id} day={day} parameters={parameters} />}
        {data ? <Story receipt={data} keyName={keyName} /> : !error && <Skeleton what="the receipt" />}
      </div>
    </dialog>
  );
}
