import { change } from '../../api/client';
import type { Key } from '../../api/types';
import { useMe } from '../../session/session';
import { useAction } from '../../ui/action';
import { Dialog } from '../../ui/dialog';
import { ago, moment } from '../../ui/format';
import { Failure } from '../../ui/states';
import { useKeyUsage } from './key-usage';
import { lastUseDays } from './sources';

export function RevokeKey({ of: key, onClose, onRevoked }: { of: Key; onClose: () => void; onRevoked: () => void }) {
  const { key_id: caller } = useMe();
  const { busy, error, run } = useAction();
  const revoke = () => run(async () => {
    await change<Key>('DELETE', `/manage/keys/${encodeURIComponent(key.id)}`);
    onRevoked();
  });
  return (
    <Dialog title={`Revoke ${key.name ?? key.id}?`} onClose={onClose}>
      <p>Key <code>{key.id}</code> of team <strong>{key.team}</strong>{key.owner ? <>, which <strong>{key.owner}</strong> answers for</> : ''}. <LastUse id={key.id} /></p>
      <p>Every program that uses it is refused within a minute. Its usage stays on record. <strong>This cannot be undone.</strong></p>
      {caller === key.id && <div class="notice warn"><p>It is the key that you are signed in with: you will be signed out.</p></div>}
      {error && <Failure error={error} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>Cancel</button>
        <button type="button" class="button danger" aria-disabled={busy} onClick={revoke}>{busy ? 'One moment…' : 'Revoke the key'}</button>
      </div>
    </Dialog>
  );
}

function LastUse({ id }: { id: string }) {
  const { data, error } = useKeyUsage(id);
  const { requests, last_request_at: last } = data?.long.total ?? {};
  return (
    <span role="status">
      {error ? 'When it was last used could not be loaded.'
        : data === undefined ? 'Looking for when it was last used…'
        : last ? `It was last used ${ago(last)} (${moment(last)} UTC).`
        : requests ? `It was used in the last ${lastUseDays} days.`
        : `It called no model in the last ${lastUseDays} days.`}
    </span>
  );
}
