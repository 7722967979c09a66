import { get } from '../../api/client';
import { useLoad } from '../../api/load';
import type { Receipt } from '../../api/types';
import { Dialog } from '../../ui/dialog';
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

/** One request's story at the side of the list. */
export function ReceiptPanel({ id, day, parameters, keyName }: Props) {
  const { data, error, reload } = useLoad(JSON.stringify([id, day]), (signal) => get<Receipt>(`/manage/requests/${encodeURIComponent(id)}`, { day }, signal));
  return (
    <Dialog title="Receipt" onClose={() => { location.hash = link('requests', parameters); }} look="panel">
      {error && <Failure error={error} retry={reload} />}
      {error?.status === 404 && <FindByDay id={id} day={day} parameters={parameters} />}
      {data ? <Story receipt={data} keyName={keyName} /> : !error && <Skeleton what="the receipt" />}
    </Dialog>
  );
}
