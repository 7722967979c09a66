import { useEffect, useRef, useState } from 'preact/hooks';
import { change, get } from '../../api/client';
import { useLoad } from '../../api/load';
import type { Lesson } from '../../api/operation-types';
import { useMe } from '../../session/session';
import { useAction } from '../../ui/action';
import { Dialog } from '../../ui/dialog';
import { ago, count, moment } from '../../ui/format';
import { link } from '../../ui/route';
import { Failure } from '../../ui/states';
import { Table, type Column } from '../../ui/table';
import { useKeyNames } from '../key-names';
import { isOf } from './rows';

/** What is left out of requests to a target, or lowered in them, because it refused it; who manages can have it forgotten. */
export function Lessons({ target, names, onForgotten }: { target: string; names: string[]; onForgotten: () => void }) {
  const { manages } = useMe();
  const keyName = useKeyNames(true);
  const [asks, setAsks] = useState(false);
  const [said, setSaid] = useState('');
  const saying = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (said) {
      // The button that asked is gone with the last lesson.
      saying.current?.focus();
    }
  }, [said]);
  const loaded = useLoad(JSON.stringify([target, names]), async (signal) => (await get<{ data: Lesson[] }>('/manage/learned', {}, signal)).data.filter((lesson) => isOf(target, lesson.target)));
  const rows = loaded.data ?? [];
  const columns: Column<Lesson>[] = [
    { label: 'What', value: (row) => row.parameter, show: (row) => <span><code>{row.parameter}</code> {row.max_output_tokens ? `lowered to ${count(row.max_output_tokens)} tokens` : 'left out'}</span> },
    ...(target.includes('*') ? [{ label: 'Target', value: (row: Lesson) => row.target }] : []),
    { label: 'In requests of', value: (row) => keyName(row.key_id) },
    { label: 'Learned', value: (row) => row.learned_at, show: (row) => <span title={`${moment(row.learned_at)} UTC`}>{ago(row.learned_at)}</span> },
    { label: 'From request', value: (row) => row.request_id, show: (row) => <a href={link('requests', {}, row.request_id)}><code>{row.request_id}</code></a> },
    { label: 'Forgotten', value: (row) => row.expires_at, show: (row) => <span title={`${moment(row.expires_at)} UTC`}>{ago(row.expires_at)}</span> },
  ];
  return (
    <>
      {loaded.error && <Failure error={loaded.error} retry={loaded.reload} />}
      <Table
        caption="Learned"
        columns={columns}
        rows={rows}
        keyOf={(row) => JSON.stringify([row.target, row.key_id, row.parameter])}
        tools={<><span ref={saying} role="status" tabIndex={-1} class="quiet">{said}</span>{manages && rows.length > 0 && <button type="button" class="button small" onClick={() => setAsks(true)}>Forget…</button>}</>}
        empty={loaded.data ? 'Nothing: this target took all that it was sent, at the instance that answered.' : 'Loading…'}
      />
      {asks && <Forget target={target} of={rows} onClose={() => setAsks(false)} onForgotten={(cleared) => { setAsks(false); setSaid(`Forgot ${count(cleared)}`); loaded.reload(); onForgotten(); }} />}
    </>
  );
}

function Forget({ target, of, onClose, onForgotten }: { target: string; of: Lesson[]; onClose: () => void; onForgotten: (cleared: number) => void }) {
  const { busy, error, run } = useAction();
  const forget = () => run(async () => {
    // The gateway forgets target by target, and knows no * there.
    const paths = [...new Set(of.map((lesson) => lesson.target))].map((one) => one.split('/').map(encodeURIComponent).join('/'));
    const answers = await Promise.all(paths.map((path) => change<{ cleared: number }>('DELETE', `/manage/learned/${path}`)));
    onForgotten(answers.reduce((sum, { cleared }) => sum + cleared, 0));
  });
  return (
    <Dialog title="Forget what was learned?" onClose={onClose}>
      <p>{of.length === 1 ? 'One thing' : `${count(of.length)} things`} that <strong>{target}</strong> refused {of.length === 1 ? 'is' : 'are'} sent again, for all keys. What is refused once more is learned once more, at the price of one failed try. Only the instance that answers forgets; others do within the hour.</p>
      {error && <Failure error={error} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>Keep</button>
        <button type="button" class="button primary" aria-disabled={busy} onClick={forget}>{busy ? 'Forgetting…' : 'Forget'}</button>
      </div>
    </Dialog>
  );
}
