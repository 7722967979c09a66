import { useState } from 'preact/hooks';
import { download } from '../../api/client';
import { useAction } from '../../ui/action';
import { Dialog } from '../../ui/dialog';
import { Failure } from '../../ui/states';
import type { Filters } from './filters';

/** All that the filters let through, not the page alone: the gateway writes it, so that the page holds no list of it. */
export function SaveCsv({ filters, narrowed }: { filters: Filters; narrowed: { label: string; value: string }[] }) {
  const [open, setOpen] = useState(false);
  const { busy, error, run } = useAction();
  const save = () => run(async () => {
    await download('/manage/requests', { ...filters, format: 'csv' }, `requests-${new Date().toISOString().slice(0, 10)}.csv`);
    setOpen(false);
  });
  const others = narrowed.filter(({ label }) => label !== 'From' && label !== 'To');
  return (
    <>
      <button type="button" class="button small" onClick={() => setOpen(true)}>Save CSV</button>
      {open && (
        <Dialog title="Save requests as CSV" onClose={() => setOpen(false)}>
          <p>
            This saves every request {spanOf(filters, narrowed)}
            {others.length > 0 ? <> with {others.map(({ label, value }, at) => <span key={label}>{at > 0 && ', '}{label.toLowerCase()} <strong>{value}</strong></span>)}</> : ', of all callers that you see'}
            , not only this page.
          </p>
          <p class="quiet">Many days of a busy gateway are a large file and take minutes. Narrow the time first if a part is enough.</p>
          {error && <Failure error={error} />}
          <div class="dialog-actions">
            <button type="button" class="button" onClick={() => setOpen(false)}>Cancel</button>
            <button type="button" class="button primary" aria-disabled={busy} onClick={save}>{busy ? 'Saving…' : 'Save'}</button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function spanOf({ from, to }: Filters, narrowed: { label: string; value: string }[]): string {
  const textOf = (label: string) => narrowed.find((one) => one.label === label)?.value;
  return from && to ? `from ${textOf('From')} to ${textOf('To')}`
    : from ? `since ${textOf('From')}`
    : to ? `of the 30 days until ${textOf('To')}`
    : 'of the last 30 days';
}
