import { useState } from 'preact/hooks';
import { change } from '../../api/client';
import type { Key } from '../../api/types';
import { beginSession, useSession } from '../../session/session';
import { useAction } from '../../ui/action';
import { Dialog } from '../../ui/dialog';
import { Failure } from '../../ui/states';
import { Choice } from './key-form';

const overlaps: { seconds: number; label: string; says: string }[] = [
  { seconds: 0, label: 'At once', says: 'Programs with the old secret are refused within a minute. For a secret that leaked.' },
  { seconds: 3_600, label: 'In 1 hour', says: 'Both secrets work until then.' },
  { seconds: 86_400, label: 'In 24 hours', says: 'Both secrets work until then.' },
  { seconds: 604_800, label: 'In 7 days', says: 'Both secrets work until then.' },
];

export function RotateKey({ of: key, onClose, onRotated }: { of: Key; onClose: () => void; onRotated: (key: Key) => void }) {
  const [overlap, setOverlap] = useState(86_400);
  const { session } = useSession();
  const { busy, error, run } = useAction();
  const own = session?.kind === 'key' && session.me.key_id === key.id;
  const rotate = () => run(async () => {
    const rotated = await change<Key>('POST', `/manage/keys/${encodeURIComponent(key.id)}/rotate`, { overlap_seconds: overlap });
    // Else the next request would be refused, and the page with the new secret would be gone.
    if (own && rotated.key !== undefined) {
      beginSession({ ...session, secret: rotated.key });
    }

    onRotated(rotated);
  });
  return (
    <Dialog title={`Rotate ${key.name ?? key.id}?`} onClose={onClose}>
      <p>The key keeps its id, its limits and its usage, and gets a new secret, which is shown once.{own && ' It is the key that you are signed in with: this tab goes on with the new secret.'}</p>
      <fieldset>
        <legend>The old secret stops</legend>
        <div class="choices">
          {overlaps.map(({ seconds, label, says }) => (
            <Choice key={seconds} label={label} says={says}><input type="radio" name="overlap" checked={overlap === seconds} onChange={() => setOverlap(seconds)} /></Choice>
          ))}
        </div>
      </fieldset>
      {error && <Failure error={error} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        <button type="button" class="button primary" aria-disabled={busy} onClick={rotate}>{busy ? 'One moment…' : 'Rotate the key'}</button>
      </div>
    </Dialog>
  );
}
